// All hostile pages.

import { BROWSER } from "./browser";
import { LANGUAGE } from "./language";
import { LOOKS } from "./looks";
import { NETWORK } from "./network";
import { type HostilePage, pathOf, type Sent, sentBy } from "./page";
import { PLACE } from "./place";
import { POLICY } from "./policy";

export const PAGES: HostilePage[] = [...PLACE, ...LANGUAGE, ...NETWORK, ...BROWSER, ...POLICY, ...LOOKS];

/** Those that need nothing but a server, and no look into frames. */
export const SERVED = PAGES.filter(({ arrange, frame }) => !arrange && !frame);

/** What a shop's server answers for a path, where it is one of theirs. */
export async function answerTo(path: string): Promise<Sent | undefined> {
  const page = PAGES.find((page) => path.startsWith(pathOf(page)));
  return page && sentBy(page, path);
}
