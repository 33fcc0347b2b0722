// A mid-range phone on slow 3G: when the customer sees the button, the dialog, a form that works, and the payment. Beside it the
// same of a twin in plain JavaScript, and how long published scripts of others take until they have run.

import { brotliCompressSync } from "node:zlib";
import { existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { createServer, type Server } from "node:http";
import { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { type Page } from "@playwright/test";
import { expect, test } from "../story";

/** 400 kbit/s with 400 ms of latency, on a processor a quarter as fast. */
const SLOW = { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 };
const SLOWER = 4;
const RUNS = 5;

type Times = Record<string, number>;

async function slow(page: Page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Network.enable");
  await cdp.send("Network.emulateNetworkConditions", SLOW);
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
}

/** Milliseconds of the page until `isThere`, from its navigation or from `from_ms`. */
async function until(page: Page, isThere: () => boolean, from_ms = 0): Promise<number> {
  const at = await page.waitForFunction(`(${isThere})() && performance.now()`, undefined, { polling: "raf", timeout: 60_000 });
  return Number(await at.jsonValue()) - from_ms;
}

/** The element of a checkout, or the page of the twin, is looked into by the same questions. */
const hasButton = () => !!(document.querySelector("malipo-checkout")?.shadowRoot ?? document).querySelector("button");
const hasDialog = () => !!(document.querySelector("malipo-checkout")?.shadowRoot ?? document).querySelector("dialog[open]");
const hasField = () => !!(document.querySelector("malipo-checkout")?.shadowRoot ?? document).querySelector("dialog[open] input[type=tel]");
const hasForm = () => {
  const within = document.querySelector("malipo-checkout")?.shadowRoot ?? document;
  return [...within.querySelectorAll("form button")].some((it) => /^Pay KES/.test(it.textContent!) && it.checkVisibility());
};
const isPaid = () => !!document.querySelector("malipo-checkout")?.shadowRoot?.querySelector("[data-screen=paid]");

/** Presses the button, and tells after how many milliseconds each of these is there, looked for in every frame that is painted. */
function pressed(looks: Record<string, () => boolean>): string {
  const named = Object.entries(looks).map(([name, look]) => `${JSON.stringify(name)}: ${look}`);
  return `new Promise((done) => {
    const looks = { ${named} }, seen = {};
    ((document.querySelector("malipo-checkout") || {}).shadowRoot || document).querySelector("button").click();
    const from_ms = performance.now();
    requestAnimationFrame(function look() {
      for (const [name, isThere] of Object.entries(looks)) if (!(name in seen) && isThere()) seen[name] = performance.now() - from_ms;
      if (Object.keys(seen).length == Object.keys(looks).length) done(seen);
      else requestAnimationFrame(look);
    });
  })`;
}

/** The page is used at once, or after it has been open for five seconds. */
type Pace = "at once" | "after 5 s";

async function measure(page: Page, address: string, pace: Pace, pay?: () => Promise<void>): Promise<Times> {
  await slow(page);
  const bytes = await fetched(page);
  await page.goto(address, { waitUntil: "commit" });
  const times: Times = { "button on the page": await until(page, hasButton) };
  if (pace == "after 5 s") await page.waitForFunction(() => performance.now() > 5_000);
  Object.assign(times, await page.evaluate<Times>(pressed({
    "click to dialog": hasDialog, "click to field": hasField, "click to form": hasForm,
  })));
  if (pace == "at once") times["bytes of ours until the form"] = bytes();
  if (pay) {
    const asked_ms = await page.evaluate(() => performance.now());
    await pay();
    times["number to paid (the customer takes 2 s)"] = await until(page, isPaid, asked_ms);
  }
  return times;
}

/** What the checkout's own files and answers took of the network, so far. */
async function fetched(page: Page): Promise<() => number> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Network.enable");
  const ours = new Set<string>();
  let bytes = 0;
  cdp.on("Network.requestWillBeSent", ({ requestId, request }) => {
    if (/\/malipo\.js|\/a\/|\/v1\//.test(request.url)) ours.add(requestId);
  });
  cdp.on("Network.dataReceived", ({ requestId, encodedDataLength }) => {
    if (ours.has(requestId)) bytes += encodedDataLength;
  });
  return () => bytes;
}

function median(all: Times[]): Times {
  const middle = (name: string) => all.map((times) => times[name]!).sort((a, b) => a - b)[all.length >> 1]!;
  return Object.fromEntries(Object.keys(all[0]!).map((name) => [name, middle(name)]));
}

async function fresh(page: Page): Promise<Page> {
  const context = await page.context().browser()!.newContext({ viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, baseURL: process.env.MALIPO_URL });
  return context.newPage();
}

/** Files as a server sends them, compressed. */
async function serve(files: Record<string, { type: string; body: Buffer }>): Promise<[Server, string]> {
  const server = createServer((request, response) => {
    const file = files[new URL(request.url!, "http://x").pathname];
    if (!file) return void response.writeHead(404).end();
    response.writeHead(200, { "Content-Type": file.type, "Content-Encoding": "br" }).end(brotliCompressSync(file.body));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return [server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`];
}

test("the first screen beside a twin and others' scripts", async ({ page, number }) => {
  const html = (name: string) => ({ type: "text/html", body: Buffer.from(`<!doctype html><title>x</title><script src="/${name}"></script><p id="end"></p>`) });
  const script = (path: string) => ({ type: "text/javascript", body: readFileSync(path) });
  const peers = { paystack: ["@paystack/inline-js", "dist/inline.js"], intasend: ["intasend-inlinejs-sdk", "build/intasend-inline.js"] };
  const files: Parameters<typeof serve>[0] = {
    "/twin": { type: "text/html", body: readFileSync("e2e/bench/twin.html") }, "/twin.js": script("e2e/bench/twin.js"),
  };
  const scratch = `${tmpdir()}/malipo-bench-${process.pid}`;
  mkdirSync(scratch, { recursive: true });
  for (const [name, [from, path]] of Object.entries(peers)) {
    const dir = `${scratch}/${name}`;
    mkdirSync(dir);
    execFileSync("npm", ["pack", "--silent", from!], { cwd: dir });
    execFileSync("tar", ["xzf", readdirSync(dir)[0]!], { cwd: dir });
    if (!existsSync(`${dir}/package/${path}`)) throw Error(`${from} has no ${path} any more`);
    files[`/${name}`] = html(`${name}.js`);
    files[`/${name}.js`] = script(`${dir}/package/${path}`);
  }
  const [server, origin] = await serve(files);
  const rows: Record<string, Times> = {};
  const runs = async (name: string, once: (page: Page) => Promise<Times>) => {
    const all = [];
    for (let run = 0; run < RUNS; run++) {
      const own = await fresh(page);
      all.push(await once(own));
      await own.context().close();
    }
    rows[name] = median(all);
  };
  await runs("Malipo", (own) => measure(own, "/", "at once", async () => {
    const field = own.getByRole("dialog").getByLabel("M-PESA phone number");
    await field.fill(number("0000"));
    await own.getByRole("dialog").getByRole("button", { name: /^Pay KES/ }).click();
  }));
  await runs("Malipo, after 5 s", (own) => measure(own, "/", "after 5 s"));
  await runs("plain JavaScript", (own) => measure(own, `${origin}/twin`, "at once"));
  for (const name of Object.keys(peers))
    await runs(name, async (own) => {
      await slow(own);
      await own.goto(`${origin}/${name}`, { waitUntil: "commit" });
      return { "script has run": await until(own, () => !!document.querySelector("#end")) };
    });
  server.close();
  console.log("\nmedian of", RUNS, "runs, 400 kbit/s, 400 ms, processor / 4, in ms and bytes");
  for (const [name, times] of Object.entries(rows))
    for (const [what, ms] of Object.entries(times)) console.log(`${name.padEnd(18)} ${what.padEnd(42)} ${ms.toFixed(0).padStart(7)}`);
  expect(Object.keys(rows)).toHaveLength(5);
});
