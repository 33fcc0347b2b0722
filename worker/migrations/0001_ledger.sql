-- The ledger: what a shop lists, searches, exports and reconciles. A projection of the objects' journals, repeated until it
-- has landed and repaired by the sweep. Nothing about money is decided from it. Times are Unix milliseconds, amounts whole
-- shillings; no number, name or callback address in full.

CREATE TABLE payments (
  env TEXT NOT NULL,
  link TEXT NOT NULL,
  account_reference TEXT NOT NULL,
  -- The journal's number and our clock when this was projected: what is older never replaces what is newer.
  seq INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  reference TEXT,
  origin TEXT NOT NULL,
  item TEXT,
  note TEXT,
  description TEXT NOT NULL,
  livemode INTEGER NOT NULL,
  state TEXT NOT NULL,
  due_kes INTEGER NOT NULL,
  received_kes INTEGER NOT NULL,
  excess_kes INTEGER NOT NULL,
  opened_at_ms INTEGER NOT NULL,
  paid_at_ms INTEGER,
  -- A JSON list of sentences: what a person has to look at.
  review TEXT NOT NULL,
  -- When the sweep looks at it, unless it has ended by then.
  look_at_ms INTEGER NOT NULL,
  PRIMARY KEY (env, link, account_reference)
) STRICT, WITHOUT ROWID;

CREATE INDEX payments_by_time ON payments (env, link, opened_at_ms DESC, account_reference);
CREATE INDEX payments_by_state ON payments (env, link, state, opened_at_ms DESC, account_reference);
CREATE INDEX payments_by_reference ON payments (env, link, reference) WHERE reference IS NOT NULL;
CREATE INDEX payments_in_review ON payments (env, link, opened_at_ms DESC, account_reference) WHERE review <> '[]';
CREATE INDEX payments_to_look_at ON payments (env, link, look_at_ms) WHERE state NOT IN ('paid', 'closed');

CREATE TABLE attempts (
  env TEXT NOT NULL,
  link TEXT NOT NULL,
  account_reference TEXT NOT NULL,
  n INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  code TEXT,
  reason TEXT,
  amount_kes INTEGER NOT NULL,
  phone_masked TEXT,
  -- The digits that a help desk asks for: the last three.
  phone_end TEXT,
  -- The payment's, so that a search by digits comes in its order.
  opened_at_ms INTEGER NOT NULL,
  PRIMARY KEY (env, link, account_reference, n)
) STRICT, WITHOUT ROWID;

CREATE INDEX attempts_by_phone ON attempts (env, link, phone_end, opened_at_ms DESC) WHERE phone_end IS NOT NULL;

-- Named by payment and place, not by receipt: two payments may be projected in any order while a receipt passes from
-- one to the other, and each row must agree with its payment's sum.
CREATE TABLE receipts (
  env TEXT NOT NULL,
  link TEXT NOT NULL,
  account_reference TEXT NOT NULL,
  n INTEGER NOT NULL,
  -- None while only a verdict has told of the money.
  receipt TEXT,
  amount_kes INTEGER NOT NULL,
  channel TEXT NOT NULL,
  paid_at_ms INTEGER,
  PRIMARY KEY (env, link, account_reference, n)
) STRICT, WITHOUT ROWID;

CREATE INDEX receipts_by_number ON receipts (env, receipt) WHERE receipt IS NOT NULL;
CREATE INDEX receipts_by_time ON receipts (env, link, paid_at_ms DESC);

-- Money that M-PESA has shown by C2B or on being asked. What a payment has claimed stays as history.
CREATE TABLE unmatched_receipts (
  env TEXT NOT NULL,
  link TEXT NOT NULL,
  receipt TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('unverified', 'unmatched', 'claimed')),
  -- Grows with every change that the receipt's object makes: what is weaker never replaces what is stronger.
  strength INTEGER NOT NULL,
  amount_kes INTEGER NOT NULL,
  paid_at_ms INTEGER,
  payer_masked TEXT,
  -- The account number as it was typed, and the payment that it names.
  bill_ref TEXT NOT NULL,
  account_reference TEXT,
  -- The payment that has it.
  owner TEXT,
  listed_at_ms INTEGER NOT NULL,
  look_at_ms INTEGER NOT NULL,
  PRIMARY KEY (env, receipt)
) STRICT, WITHOUT ROWID;

CREATE INDEX unmatched_by_time ON unmatched_receipts (env, link, listed_at_ms DESC, receipt) WHERE status <> 'claimed';
CREATE INDEX unmatched_to_look_at ON unmatched_receipts (env, link, look_at_ms)
  WHERE status <> 'claimed' AND account_reference IS NOT NULL;

-- What M-PESA has sent while its object could not be reached: sealed, and kept until the object has taken it.
CREATE TABLE inbox (
  id INTEGER PRIMARY KEY,
  env TEXT NOT NULL,
  link TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('payment', 'receipt')),
  name TEXT NOT NULL,
  sealed TEXT NOT NULL,
  put_at_ms INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  next_at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX inbox_by_turn ON inbox (env, link, next_at_ms);

-- Where the scheduled sweep goes on in the rosters; no row when it has seen them all.
CREATE TABLE sweeps (
  env TEXT NOT NULL,
  link TEXT NOT NULL,
  next TEXT NOT NULL,
  PRIMARY KEY (env, link)
) STRICT, WITHOUT ROWID;
