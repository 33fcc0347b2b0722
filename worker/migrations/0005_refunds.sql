-- Each refund of a payment. Projected from the payment's journal like everything here; nothing about
-- money is decided from it.

CREATE TABLE refunds (
  env TEXT NOT NULL,
  link TEXT NOT NULL,
  account_reference TEXT NOT NULL,
  n INTEGER NOT NULL,
  receipt TEXT NOT NULL,
  amount_kes INTEGER NOT NULL,
  state TEXT NOT NULL,
  code TEXT,
  -- The reversal's own receipt.
  reversal TEXT,
  requested_at_ms INTEGER NOT NULL,
  ended_at_ms INTEGER,
  PRIMARY KEY (env, link, account_reference, n)
) STRICT, WITHOUT ROWID;

CREATE INDEX refunds_by_receipt ON refunds (env, receipt);
CREATE INDEX refunds_by_time ON refunds (env, link, requested_at_ms DESC);
