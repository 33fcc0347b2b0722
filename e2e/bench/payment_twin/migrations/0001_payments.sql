CREATE TABLE payments (
  account_reference TEXT PRIMARY KEY,
  item TEXT NOT NULL,
  phone_end TEXT NOT NULL,
  amount_kes INTEGER NOT NULL,
  received_kes INTEGER NOT NULL,
  state TEXT NOT NULL,
  receipt TEXT,
  opened_at_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX payments_by_time ON payments (opened_at_ms);
