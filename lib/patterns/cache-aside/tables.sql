-- Who reads here: a thousand users. `version` grows with every change, so that an old copy can be told from a new one.
CREATE TABLE users (
  id integer PRIMARY KEY,
  username text NOT NULL,
  email text NOT NULL,
  version integer NOT NULL DEFAULT 1
);
INSERT INTO users (id, username, email)
  SELECT i, 'user' || i, 'user' || i || '@example.org' FROM generate_series(1, 1000) AS i;
