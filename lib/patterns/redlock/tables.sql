-- What the lock protects. `highest`: the highest fencing token that a row has seen; as-written asks for none.
CREATE TABLE accounts (
  resource text PRIMARY KEY,
  balance bigint NOT NULL DEFAULT 0,
  highest bigint NOT NULL DEFAULT 0
);
-- Fencing tokens come from where they are checked: one place, which five independent nodes are not.
CREATE SEQUENCE fencing_tokens;
INSERT INTO accounts (resource, balance) SELECT 'account-' || n, 100 FROM generate_series(1, 3) AS n;
