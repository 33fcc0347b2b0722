-- What lists, searches and the summary read, each by an index of its own. Everything here is projected from the journals and
-- repeatable; nothing is counted up, so nothing can be counted twice.

ALTER TABLE payments ADD COLUMN refunded_kes INTEGER NOT NULL DEFAULT 0;
-- How many pushes it has had.
ALTER TABLE payments ADD COLUMN pushes INTEGER NOT NULL DEFAULT 0;
-- Whether two payments have claimed a receipt of this one.
ALTER TABLE payments ADD COLUMN disputed INTEGER NOT NULL DEFAULT 0;
-- When the money counts in a day's sum: by M-PESA's clock; without it, when its payment was paid or opened.
ALTER TABLE receipts ADD COLUMN counted_at_ms INTEGER NOT NULL DEFAULT 0;

UPDATE payments SET pushes = (SELECT count(*) FROM attempts a WHERE a.env = payments.env AND a.link = payments.link
  AND a.account_reference = payments.account_reference);
UPDATE receipts SET counted_at_ms = coalesce(paid_at_ms, (SELECT coalesce(p.paid_at_ms, p.opened_at_ms) FROM payments p
  WHERE p.env = receipts.env AND p.link = receipts.link AND p.account_reference = receipts.account_reference), 0);

-- The summary reads state, pushes and paid_at_ms of a day's payments from the index alone.
DROP INDEX payments_by_time;
CREATE INDEX payments_by_time ON payments (env, link, opened_at_ms DESC, account_reference, state, pushes, paid_at_ms);
CREATE INDEX payments_by_paid ON payments (env, link, paid_at_ms) WHERE paid_at_ms IS NOT NULL;
CREATE INDEX payments_by_origin ON payments (env, link, origin, opened_at_ms DESC, account_reference);
CREATE INDEX payments_by_origin_state ON payments (env, link, origin, state, opened_at_ms DESC, account_reference);
CREATE INDEX payments_by_item ON payments (env, link, item, opened_at_ms DESC, account_reference) WHERE item IS NOT NULL;
CREATE INDEX payments_by_item_state ON payments (env, link, item, state, opened_at_ms DESC, account_reference)
  WHERE item IS NOT NULL;
CREATE INDEX payments_disputed ON payments (env, link, opened_at_ms DESC, account_reference) WHERE disputed;

CREATE INDEX attempts_by_code ON attempts (env, link, opened_at_ms, code) WHERE code IS NOT NULL;
CREATE INDEX receipts_by_day ON receipts (env, link, counted_at_ms, amount_kes);

-- What the shop was told of its payments, and whether it has heard.
CREATE TABLE deliveries (
  env TEXT NOT NULL,
  link TEXT NOT NULL,
  account_reference TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  type TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  standing TEXT NOT NULL CHECK (standing IN ('due', 'heard', 'superseded', 'unheard')),
  next_at_ms INTEGER,
  PRIMARY KEY (env, link, account_reference, sequence)
) STRICT, WITHOUT ROWID;

CREATE INDEX deliveries_by_time ON deliveries (env, link, at_ms DESC, account_reference, sequence);
CREATE INDEX deliveries_by_standing ON deliveries (env, link, standing, at_ms DESC, account_reference, sequence);
CREATE INDEX deliveries_undelivered ON deliveries (env, link) WHERE tries > 0 AND standing IN ('due', 'unheard');
