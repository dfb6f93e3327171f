-- What each page has been viewed, as far as the database knows.
CREATE TABLE page_stats (
  id integer PRIMARY KEY,
  views integer NOT NULL
);
-- Batches of views that have been added (variant safe): none is added twice.
CREATE TABLE applied_batches (
  id text PRIMARY KEY,
  applied_ms bigint NOT NULL
);
INSERT INTO page_stats SELECT page, 0 FROM generate_series(1, 100) page;
