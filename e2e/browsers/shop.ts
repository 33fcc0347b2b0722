// A shop on an origin of its own: a page with nothing of ours but the script tag, and the hostile ones; and an empty folder for the pictures.

import { rmSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import type { FullConfig } from "@playwright/test";
import { answerTo } from "../hostile/pages";
import { type HostilePage, pathOf, type Sent } from "../hostile/page";
import { MALIPO_URL } from "../stack";
import { ARTEFACTS } from "./engines";

export const SHOP = `http://127.0.0.1:${process.env.MALIPO_SHOP_PORT}/`;

/** Where a hostile page lies. */
export function addressOf(page: HostilePage): string {
  return new URL(pathOf(page), SHOP).href;
}

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A shop</title>
<h1>Kenyan tea, 500 g</h1>
<script src="${MALIPO_URL}/malipo.js" data-item="tea" async></script>
</html>`;

export default async function open({ configFile }: FullConfig) {
  rmSync(join(configFile!, "..", ARTEFACTS), { recursive: true, force: true });
  const server = createServer(async (request, response) => {
    const sent = await answered(request.url!).catch(() => undefined);
    response.writeHead(sent ? 200 : 404, { "Content-Type": "text/html", ...sent?.headers }).end(sent?.body);
  });
  await new Promise<void>((opened, failed) =>
    server.once("error", failed).listen(Number(process.env.MALIPO_SHOP_PORT), "127.0.0.1", opened));
  return async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  };
}

async function answered(url: string): Promise<Sent | undefined> {
  return url == "/" ? { headers: {}, body: PAGE } : answerTo(new URL(url, SHOP).pathname);
}
