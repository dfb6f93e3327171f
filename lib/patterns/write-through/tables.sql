-- Users. A name is what this page changes; the other columns come along.
-- Every change of a row raises its version by one, where the writer's code sees to it.
CREATE TABLE users (
  id integer PRIMARY KEY,
  username text NOT NULL,
  email text NOT NULL,
  role text NOT NULL,
  version integer NOT NULL
);

INSERT INTO users (id, username, email, role, version)
SELECT n, 'user-' || n, 'user-' || n || '@example.org', CASE WHEN n % 10 = 0 THEN 'admin' ELSE 'member' END, 1
FROM generate_series(1, 100) AS n;
