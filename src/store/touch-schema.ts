/** What a scan touched, so that it can be drawn when its logs are gone: one list a scan, the newest (`touch-list.ts` has the layout). */
export const touchMigrations: readonly string[] = [
  `CREATE TABLE scan_touch (
     scan TEXT PRIMARY KEY, touches INTEGER NOT NULL, omitted INTEGER NOT NULL, first REAL NOT NULL, packed BLOB NOT NULL
   ) STRICT;`,
]
