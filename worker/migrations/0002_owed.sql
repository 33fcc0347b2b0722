-- Whether the payment's object has something left to do: a message that the shop has not heard, a claim, a look-up, a question
-- to M-PESA. The sweep looks at what is paid or closed as long as that is so: its alarm may be lost.
ALTER TABLE payments ADD COLUMN wakes INTEGER NOT NULL DEFAULT 0;

DROP INDEX payments_to_look_at;
CREATE INDEX payments_to_look_at ON payments (env, link, look_at_ms) WHERE wakes OR state NOT IN ('paid', 'closed');
