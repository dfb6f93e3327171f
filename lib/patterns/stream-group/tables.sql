-- What the consumers have done: one row for each time that a job took effect.
CREATE TABLE effects (
  n serial PRIMARY KEY,
  worker_group text NOT NULL,
  entry_id text NOT NULL,
  consumer text NOT NULL
);
-- Jobs that have taken effect, by group (variants safe and maxlen): none takes effect twice.
CREATE TABLE applied (
  worker_group text NOT NULL,
  entry_id text NOT NULL,
  PRIMARY KEY (worker_group, entry_id)
);
