-- What comes of the jobs: one row is one email that has been sent. Without a key a job can send as many as it likes.
CREATE TABLE emails (
  job text NOT NULL,
  payload text NOT NULL,
  sent_by text NOT NULL,
  idempotency_key text UNIQUE
);
