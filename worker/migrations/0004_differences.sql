-- What M-PESA's books and ours do not agree on, found by comparing them. Nothing about money is decided from it. Times are
-- Unix milliseconds, amounts whole shillings.

CREATE TABLE differences (
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

CREATE INDEX differences_by_time ON differences (env, link, found_at_ms DESC, id);
CREATE INDEX differences_open ON differences (env, link, at_ms) WHERE settled_at_ms IS NULL;

-- Each comparison: what was compared, and what came of it.
CREATE TABLE reconciliations (
  id INTEGER PRIMARY KEY,
  env TEXT NOT NULL,
  link TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('pull', 'statement')),
  from_ms INTEGER NOT NULL,
  to_ms INTEGER NOT NULL,
  -- Payments of M-PESA's side, those of them that were shown to their orders, and what differed.
  payments INTEGER NOT NULL,
  shown INTEGER NOT NULL,
  differences INTEGER NOT NULL,
  -- Why it did not reach its end; none when it did.
  problem TEXT
) STRICT;

CREATE INDEX reconciliations_by_time ON reconciliations (env, link, at_ms DESC);

-- Up to when the scheduled comparison has come, and when it goes on.
CREATE TABLE reconciled (
  env TEXT NOT NULL,
  link TEXT NOT NULL,
  done_to_ms INTEGER NOT NULL,
  due_at_ms INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  PRIMARY KEY (env, link)
) STRICT, WITHOUT ROWID;
