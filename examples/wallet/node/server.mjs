// A prepaid wallet that is topped up by M-PESA: signs an order, hears of the money, credits it exactly once.
// Node 20 or newer; `npm install`, then `node server.mjs` with the variables below.

import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { SignJWT } from "jose";
import { Webhook } from "standardwebhooks";

const { PORT = "3000", WALLET = "wallet", PAY_URL, AUDIENCE, ORDER_SECRET, WEBHOOK_SECRET } = process.env;

// With an empty or short secret anybody could sign: the shop does not start. (The library would take one.)
if (!WEBHOOK_SECRET?.startsWith("whsec_") || Buffer.from(WEBHOOK_SECRET.slice(6), "base64").length < 24) {
  throw new Error("WEBHOOK_SECRET must be whsec_ and 24 to 64 random bytes in base64");
}
const orderKey = new TextEncoder().encode(ORDER_SECRET ?? "");
if (orderKey.length < 32) throw new Error("ORDER_SECRET must have 32 bytes or more");

const webhook = new Webhook(WEBHOOK_SECRET);
mkdirSync(WALLET, { recursive: true });

// --- The wallet: one file for each top-up, so that one reference can never be credited twice.
// (A database does the same with a primary key: see the examples in PHP and Python.)

const fileOf = (reference) => join(WALLET, `${encodeURIComponent(reference)}.json`);

function open(reference, customer) {
  const topup = { customer, kes: 0, sequence: 0 };
  writeFileSync(fileOf(reference), JSON.stringify(topup), { flag: "wx" }); // fails if it is there
}

/** Takes over what a message says was received. Each says the whole of it, so a message heard twice changes nothing. */
function credit({ reference, received_kes }, sequence) {
  let topup;
  try {
    topup = JSON.parse(readFileSync(fileOf(reference), "utf8"));
  } catch {
    return console.error(`${reference} is no top-up of ours`); // heard all the same, or it would come for a month
  }
  if (sequence <= topup.sequence) return; // an older message, or the same again
  const next = `${fileOf(reference)}.next`;
  writeFileSync(next, JSON.stringify({ ...topup, kes: received_kes, sequence }));
  renameSync(next, fileOf(reference)); // all of it or nothing, whenever the power fails
}

function balance(customer) {
  const files = readdirSync(WALLET).filter((name) => name.endsWith(".json"));
  const topups = files.map((name) => JSON.parse(readFileSync(join(WALLET, name), "utf8")));
  return topups.filter((topup) => topup.customer === customer).reduce((sum, topup) => sum + topup.kes, 0);
}

// --- The order: the price is fixed here, never in the browser.

function sign(reference, amount) {
  return new SignJWT({ amount, reference, description: "Wallet top-up" })
    .setProtectedHeader({ alg: "HS256" })
    .setAudience(AUDIENCE) // malipo:{DARAJA_ENV}:{LINK_ID}
    .setIssuedAt()
    .setExpirationTime("1h")
    .sign(orderKey);
}

// --- The server.

const routes = {
  // The page with the button. Who is the customer? Your session says so; here the address does.
  "GET /topup": async (url) => {
    const amount = Number(url.searchParams.get("amount"));
    const customer = url.searchParams.get("customer");
    if (!customer || !Number.isInteger(amount) || amount < 1 || amount > 250_000) return [422, "amount, customer"];
    const reference = randomUUID();
    open(reference, customer); // before the customer can pay
    const order = await sign(reference, amount);
    return [200, `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Top up</title></head>
<body>
  <h1>Top up your wallet</h1>
  <script src="${PAY_URL}/malipo.js" data-order="${order}" async></script>
</body>
</html>`];
  },

  "GET /balance": (url) => [200, JSON.stringify({ kes: balance(url.searchParams.get("customer")) })],

  "POST /webhook": async (_, request) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    let message;
    try {
      message = webhook.verify(Buffer.concat(chunks), request.headers); // the bytes as they came
    } catch {
      return [400, "not signed by our Worker"];
    }
    if (message.type.startsWith("payment.")) credit(message.data.payment, message.data.sequence);
    return [204, ""];
  },
};

createServer(async (request, response) => {
  const url = new URL(request.url, "http://shop");
  const route = routes[`${request.method} ${url.pathname}`];
  try {
    const [status, body] = route ? await route(url, request) : [404, "not here"];
    response.writeHead(status, { "Content-Type": body.startsWith("{") ? "application/json" : "text/html" }).end(body);
  } catch (error) {
    console.error(error);
    response.writeHead(500).end(); // the Worker will send the message again
  }
}).listen(Number(PORT), "127.0.0.1", () => console.log(`shop ready http://127.0.0.1:${PORT}`));
