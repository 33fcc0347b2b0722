-- Unpaid orders by their amount: which of them unmatched money may have been meant for.

CREATE INDEX payments_by_due ON payments (env, link, due_kes, opened_at_ms DESC, account_reference) WHERE paid_at_ms IS NULL;
