/** Steps of the schema, to be run once, in order. */
export const outboxMigrations: readonly string[] = [
  `CREATE TABLE delivery (
     id TEXT PRIMARY KEY,
     channel TEXT NOT NULL,
     created INTEGER NOT NULL,
     due INTEGER NOT NULL,
     attempts INTEGER NOT NULL DEFAULT 0,
     state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'given-up')),
     settled INTEGER,
     reason TEXT
   ) STRICT;
   CREATE INDEX delivery_due ON delivery (channel, state, due);
   CREATE TABLE notice (
     channel TEXT NOT NULL,
     key TEXT NOT NULL,
     delivery TEXT NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
     place INTEGER NOT NULL,
     body TEXT NOT NULL,
     PRIMARY KEY (channel, key)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX notice_delivery ON notice (delivery, place);`,
]
