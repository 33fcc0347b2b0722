-- What the one search reads, each reading by an index of its own (shell/src/ledger/readings_sql.rs). The letters and digits of the shop's
-- own name of an order stand in `reads_as` since 0006, with their index. A payment that M-PESA pays as it was asked costs one more
-- index entry, written when it is paid: nothing here indexes what `payments_by_due` already holds of the unpaid ones.

-- Rows from before 0006, here and not by the sweep: one statement, done once, and no code that is to be taken out later. It is what
-- `text::reading` reads of the characters of ASCII. A name with others keeps NULL until its payment is projected again, and is found to
-- the letter meanwhile.
WITH RECURSIVE places(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM places WHERE i < 64)
UPDATE payments SET reads_as = (SELECT upper(group_concat(c, '')) FROM (SELECT substr(payments.reference, i, 1) AS c FROM places ORDER BY i)
  WHERE c GLOB '[0-9A-Za-z]')
WHERE reads_as IS NULL AND reference IS NOT NULL AND reference NOT GLOB '*[^ -~]*';

-- Paid payments by what they asked, the last paid first.
CREATE INDEX payments_paid_by_due ON payments (env, link, due_kes, paid_at_ms DESC, account_reference) WHERE paid_at_ms IS NOT NULL;
-- Those that received something else than they asked.
CREATE INDEX payments_by_received ON payments (env, link, received_kes, opened_at_ms DESC, account_reference)
  WHERE received_kes > 0 AND received_kes <> due_kes;

-- Whether this is another amount than the payment asks: a part of it, or too much. All other receipts are found by what was asked.
ALTER TABLE receipts ADD COLUMN is_odd INTEGER NOT NULL DEFAULT 0;
UPDATE receipts SET is_odd = 1 WHERE amount_kes <> (SELECT p.due_kes FROM payments p
  WHERE p.env = receipts.env AND p.link = receipts.link AND p.account_reference = receipts.account_reference);
CREATE INDEX receipts_by_amount ON receipts (env, link, amount_kes, counted_at_ms DESC) WHERE is_odd;

-- The code of money that went back.
CREATE INDEX refunds_by_reversal ON refunds (env, link, reversal) WHERE reversal IS NOT NULL;

-- Money that nobody has claimed: by the account number as it is read, by the payer's last three digits, by how much it is.
CREATE INDEX unmatched_by_account ON unmatched_receipts (env, link, account_reference)
  WHERE status IN ('unverified', 'unmatched') AND account_reference IS NOT NULL;
CREATE INDEX unmatched_by_payer ON unmatched_receipts (env, link, substr(payer_masked, -3), listed_at_ms DESC, receipt)
  WHERE status IN ('unverified', 'unmatched') AND payer_masked IS NOT NULL;
CREATE INDEX unmatched_by_amount ON unmatched_receipts (env, link, countable_kes, listed_at_ms DESC, receipt)
  WHERE status IN ('unverified', 'unmatched') AND countable_kes IS NOT NULL;

-- Differences, by the payment and by either side's amount. By a code they are found by their `id`.
CREATE INDEX differences_by_account ON differences (env, link, account_reference, found_at_ms DESC) WHERE account_reference IS NOT NULL;
CREATE INDEX differences_by_ours ON differences (env, link, ours_kes, found_at_ms DESC, id) WHERE ours_kes IS NOT NULL;
CREATE INDEX differences_by_theirs ON differences (env, link, theirs_kes, found_at_ms DESC, id) WHERE theirs_kes IS NOT NULL;
