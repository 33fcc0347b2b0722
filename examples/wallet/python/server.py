"""A prepaid wallet that is topped up by M-PESA: signs an order, hears of the money, credits it exactly once.

Python 3.9 or newer: `pip install -r requirements.txt`, then `python server.py` with the variables below.
"""

import base64
import json
import os
import sqlite3
import time
import uuid
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
from standardwebhooks import Webhook, WebhookVerificationError

PORT = int(os.environ.get("PORT", "3000"))
WALLET = os.environ.get("WALLET", "wallet.db")
PAY_URL = os.environ["PAY_URL"]
AUDIENCE = os.environ["AUDIENCE"]  # malipo:{DARAJA_ENV}:{LINK_ID}
ORDER_SECRET = os.environ.get("ORDER_SECRET", "")
WEBHOOK_SECRET = os.environ.get("WEBHOOK_SECRET", "")

# With an empty or short secret anybody could sign: the shop does not start. (The libraries would take one.)
if not WEBHOOK_SECRET.startswith("whsec_") or len(base64.b64decode(WEBHOOK_SECRET[6:])) < 24:
    raise SystemExit("WEBHOOK_SECRET must be whsec_ and 24 to 64 random bytes in base64")
if len(ORDER_SECRET.encode()) < 32:
    raise SystemExit("ORDER_SECRET must have 32 bytes or more")

WEBHOOK = Webhook(WEBHOOK_SECRET)

AMOUNT_MAX_KES = 250_000  # M-PESA's own limit


# --- The wallet: one row for each top-up, so that one reference can never be credited twice.


def wallet(statement, values=()):
    """Runs one statement, committed when it returns."""
    with closing(sqlite3.connect(WALLET, isolation_level=None)) as database:
        return database.execute(statement, values).fetchall()


def credit(payment, sequence):
    """Takes over what a message says was received. Each says the whole of it: heard twice, it changes nothing."""
    wallet(
        "UPDATE topups SET kes = ?, sequence = ? WHERE reference = ? AND sequence < ?",
        (payment["received_kes"], sequence, payment.get("reference"), sequence),
    )


def balance(customer):
    return wallet("SELECT COALESCE(SUM(kes), 0) FROM topups WHERE customer = ?", (customer,))[0][0]


# --- The order: the price is fixed here, never in the browser.


def sign(reference, amount):
    now = int(time.time())
    claims = {"aud": AUDIENCE, "iat": now, "exp": now + 3600}
    claims |= {"amount": amount, "reference": reference, "description": "Wallet top-up"}
    return jwt.encode(claims, ORDER_SECRET, algorithm="HS256")


# --- The server.


class Shop(BaseHTTPRequestHandler):
    def do_GET(self):
        url = urlsplit(self.path)
        said = {name: values[0] for name, values in parse_qs(url.query).items()}
        customer = said.get("customer", "")
        if url.path == "/topup":
            self.top_up(customer, said.get("amount", ""))
        elif url.path == "/balance":
            self.answer(200, json.dumps({"kes": balance(customer)}), "application/json")
        else:
            self.answer(404, "not here")

    def top_up(self, customer, amount):
        """The page with the button. Who is the customer? Your session says so; here the address does."""
        if not (customer and amount.isdecimal() and 1 <= int(amount) <= AMOUNT_MAX_KES):
            return self.answer(422, "amount, customer")
        reference = str(uuid.uuid4())
        wallet("INSERT INTO topups (reference, customer) VALUES (?, ?)", (reference, customer))
        order = sign(reference, int(amount))
        self.answer(
            200,
            f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Top up</title></head>
<body>
  <h1>Top up your wallet</h1>
  <script src="{PAY_URL}/malipo.js" data-order="{order}" async></script>
</body>
</html>
""",
        )

    def do_POST(self):
        if self.path != "/webhook":
            return self.answer(404, "not here")
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))  # the bytes as they came
        try:
            message = WEBHOOK.verify(body, dict(self.headers))
        except (WebhookVerificationError, ValueError):  # ValueError: a signature that is none
            return self.answer(400, "not signed by our Worker")
        if message["type"].startswith("payment."):
            credit(message["data"]["payment"], message["data"]["sequence"])
        self.answer(204)

    def answer(self, status, body="", kind="text/html"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())


wallet(
    """CREATE TABLE IF NOT EXISTS topups (
        reference TEXT PRIMARY KEY, customer TEXT NOT NULL,
        kes INTEGER NOT NULL DEFAULT 0, sequence INTEGER NOT NULL DEFAULT 0)"""
)
print(f"shop ready http://127.0.0.1:{PORT}", flush=True)
ThreadingHTTPServer(("127.0.0.1", PORT), Shop).serve_forever()
