-- What M-PESA said, as it said it; and the shop's own name of a payment, as a person who types it is read.

-- Letters and digits, small ones as capitals. It only proposes a payment: the payment itself compares.
ALTER TABLE payments ADD COLUMN reads_as TEXT;
CREATE INDEX payments_by_reading ON payments (env, link, reads_as) WHERE reads_as IS NOT NULL;

-- How much M-PESA said, where that is not whole shillings.
ALTER TABLE receipts ADD COLUMN amount_said TEXT;

-- An amount may be unknown here, or not whole: it is never 0 for that.
CREATE TABLE unmatched_receipts_6 (
  env TEXT NOT NULL,
  link TEXT NOT NULL,
  receipt TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('unverified', 'unmatched', 'claimed', 'settled')),
  -- Grows with every change that the receipt's object makes: what is weaker never replaces what is stronger.
  strength INTEGER NOT NULL,
  -- Whole shillings; none where M-PESA said something else.
  amount_kes INTEGER,
  -- As M-PESA said it; empty where what it sent cannot be read.
  amount_said TEXT,
  -- The whole shillings that a payment would count; none where none can, and then why.
  countable_kes INTEGER,
  problem TEXT,
  paid_at_ms INTEGER,
  payer_masked TEXT,
  -- The account number as it was typed, and the payment that it names.
  bill_ref TEXT NOT NULL,
  account_reference TEXT,
  -- The payment that has it.
  owner TEXT,
  -- Whether M-PESA has surely said it: by an address of Safaricom's, or on being asked.
  is_trusted INTEGER NOT NULL,
  listed_at_ms INTEGER NOT NULL,
  look_at_ms INTEGER NOT NULL,
  PRIMARY KEY (env, receipt)
) STRICT, WITHOUT ROWID;

INSERT INTO unmatched_receipts_6 (env, link, receipt, status, strength, amount_kes, amount_said, countable_kes, paid_at_ms,
  payer_masked, bill_ref, account_reference, owner, is_trusted, listed_at_ms, look_at_ms)
SELECT env, link, receipt, status, strength, nullif(amount_kes, 0), nullif(amount_kes, 0), nullif(amount_kes, 0), paid_at_ms,
  payer_masked, bill_ref, account_reference, owner, status <> 'unverified', listed_at_ms, look_at_ms FROM unmatched_receipts;

DROP TABLE unmatched_receipts;
ALTER TABLE unmatched_receipts_6 RENAME TO unmatched_receipts;

CREATE INDEX unmatched_by_time ON unmatched_receipts (env, link, listed_at_ms DESC, receipt) WHERE status IN ('unverified', 'unmatched');
-- What names a payment, by its account number or by the shop's own name of it: it may have been opened since.
CREATE INDEX unmatched_to_look_at ON unmatched_receipts (env, link, look_at_ms) 
  WHERE status IN ('unverified', 'unmatched') AND bill_ref <> '';
