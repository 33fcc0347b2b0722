-- A message of the inbox that could not be delivered in twelve tries is set apart: it is kept, counted at /healthz and listed,
-- and waits for a person who has it tried again.
ALTER TABLE inbox ADD COLUMN set_apart_at_ms INTEGER;
-- Why the last try failed, in words; nothing of what M-PESA sent.
ALTER TABLE inbox ADD COLUMN problem TEXT;

CREATE INDEX inbox_due ON inbox (env, next_at_ms) WHERE set_apart_at_ms IS NULL;
CREATE INDEX inbox_set_apart ON inbox (env, set_apart_at_ms) WHERE set_apart_at_ms IS NOT NULL;
