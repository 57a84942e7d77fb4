/** Questions that people kept, each account its own. */
export const savedHuntMigrations: readonly string[] = [
  `CREATE TABLE saved_hunt (
     id INTEGER PRIMARY KEY,
     account TEXT NOT NULL,
     name TEXT NOT NULL,
     question TEXT NOT NULL,
     saved TEXT NOT NULL,
     UNIQUE (account, name)
   ) STRICT;`,
]
