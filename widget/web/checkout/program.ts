// The checkout's program: fetched once for all buttons, again after a failure. It lies beside this file.

import init, { type Handle, mount } from "malipo-program";
import { bytes } from "./ask";
import { script } from "./script";

export type { Handle };

/** After this it counts as lost. Long before, there is another way to pay. */
const DEADLINE_MS = 60_000;

const address = script!.src.replace(/checkout\.js.*/, "checkout_bg.wasm");

let program: Promise<typeof mount> | undefined;

export function load(): Promise<typeof mount> {
  return (program = program || start().catch((why) => {
    program = undefined;
    throw why;
  }));
}

async function start() {
  const wasm = await bytes(address, DEADLINE_MS);
  if (!wasm) throw Error(address + " did not come");
  await init(wasm);
  return mount;
}
