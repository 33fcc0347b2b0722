// A shop's page on an origin of its own, with nothing of ours but the script tag; and an empty folder for the pictures.

import { rmSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import type { FullConfig } from "@playwright/test";
import { MALIPO_URL } from "../stack";
import { ARTEFACTS } from "./engines";

export const SHOP = `http://127.0.0.1:${process.env.MALIPO_SHOP_PORT}/`;

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
  const server = createServer((request, response) => {
    const isPage = request.url == "/";
    response.writeHead(isPage ? 200 : 404, { "Content-Type": "text/html" }).end(isPage ? PAGE : "");
  });
  await new Promise<void>((opened, failed) =>
    server.once("error", failed).listen(Number(process.env.MALIPO_SHOP_PORT), "127.0.0.1", opened));
  return async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  };
}
