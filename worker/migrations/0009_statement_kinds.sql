-- Differences: what is not in a statement though M-PESA has shown it, a statement's own words for a kind of row that is not known
-- here, and what M-PESA has where that is not whole shillings. A check cannot be changed in place, so the table is made anew.

CREATE TABLE differences_9 (
  env TEXT NOT NULL,
  link TEXT NOT NULL,
  -- `{kind}.{receipt}`, for money without a number `{kind}.{account_reference}`: found again it is the same row.
  id TEXT NOT NULL,
  kind TEXT NOT NULL
    CHECK (kind IN ('missing_here', 'missing_there', 'not_listed', 'amount_differs', 'reversed_there', 'unmatched')),
  receipt TEXT,
  -- The payment that counts it or that the account number names, else the number as it was typed.
  account_reference TEXT,
  ours_kes INTEGER,
  theirs_kes INTEGER,
  -- The same with its cents, where it has any.
  theirs_said TEXT,
  -- When the money moved, by M-PESA's clock.
  at_ms INTEGER NOT NULL,
  found_at_ms INTEGER NOT NULL,
  -- When a comparison last found it.
  seen_at_ms INTEGER NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('pull', 'statement')),
  -- The statement's own words, where that kind of row is not known here.
  unknown_kind TEXT,
  settled_at_ms INTEGER,
  -- A later comparison, which no longer found it; or the shop, whose word stays unless the amounts change.
  settled_by TEXT CHECK (settled_by IN ('run', 'shop')),
  PRIMARY KEY (env, link, id)
) STRICT, WITHOUT ROWID;

INSERT INTO differences_9 (env, link, id, kind, receipt, account_reference, ours_kes, theirs_kes, at_ms, found_at_ms, seen_at_ms,
  source, settled_at_ms, settled_by)
SELECT env, link, id, kind, receipt, account_reference, ours_kes, theirs_kes, at_ms, found_at_ms, seen_at_ms,
  source, settled_at_ms, settled_by FROM differences;

DROP TABLE differences;
ALTER TABLE differences_9 RENAME TO differences;

CREATE INDEX differences_by_time ON differences (env, link, found_at_ms DESC, id);
CREATE INDEX differences_open ON differences (env, link, at_ms) WHERE settled_at_ms IS NULL;
