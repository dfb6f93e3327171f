-- The users that every run begins with. Each UPDATE counts the version up, so that a copy can be told from its row.
CREATE TABLE users (
  id integer PRIMARY KEY,
  username text NOT NULL,
  version integer NOT NULL
);
INSERT INTO users SELECT n, 'user.' || n, 1 FROM generate_series(1, 100) AS n;
