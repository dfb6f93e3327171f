-- What the lock protects. `highest`: the highest fencing token that a row has seen; as-written asks for none.
CREATE TABLE accounts (
  resource text PRIMARY KEY,
  balance bigint NOT NULL DEFAULT 0,
  highest bigint NOT NULL DEFAULT 0
);
INSERT INTO accounts (resource, balance) SELECT 'account-' || n, 100 FROM generate_series(1, 3) AS n;
