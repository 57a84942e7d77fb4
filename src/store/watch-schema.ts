/**
 * What is watched (requirement C5). `watch_entry` and `watched_host` follow from what happens to cases and are written in the same transaction; what people
 * add and remove is kept in `watch_change`, to which is only ever added. Times of hosts are milliseconds of event time.
 */
export const watchMigrations: readonly string[] = [
  `CREATE TABLE watch_entry (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     kind TEXT NOT NULL CHECK (kind IN ('source', 'prefix', 'network', 'targets', 'tool')),
     value TEXT NOT NULL,
     case_id TEXT NOT NULL,
     since TEXT NOT NULL,
     until TEXT,
     author TEXT NOT NULL,
     reason TEXT NOT NULL,
     by_hand INTEGER NOT NULL DEFAULT 0,
     removed INTEGER NOT NULL DEFAULT 0,
     returns INTEGER NOT NULL DEFAULT 0,
     last_return TEXT,
     UNIQUE (kind, value, case_id)
   ) STRICT;
   CREATE INDEX watch_entry_case ON watch_entry (case_id);
   CREATE TABLE watch_change (
     seq INTEGER PRIMARY KEY,
     at TEXT NOT NULL,
     author TEXT NOT NULL,
     reason TEXT NOT NULL,
     what TEXT NOT NULL CHECK (what IN ('added', 'removed')),
     entry INTEGER NOT NULL,
     kind TEXT NOT NULL,
     value TEXT NOT NULL,
     case_id TEXT NOT NULL,
     until TEXT
   ) STRICT;
   CREATE TRIGGER watch_change_kept_as_it_is BEFORE UPDATE ON watch_change
     BEGIN SELECT RAISE(ABORT, 'changes of the watch list are never changed'); END;
   CREATE TRIGGER watch_change_kept BEFORE DELETE ON watch_change
     BEGIN SELECT RAISE(ABORT, 'changes of the watch list are never deleted'); END;
   CREATE TABLE watched_host (
     id INTEGER PRIMARY KEY,
     host TEXT NOT NULL,
     case_id TEXT NOT NULL,
     since INTEGER NOT NULL,
     touched INTEGER NOT NULL,
     answered TEXT NOT NULL,
     scan TEXT NOT NULL,
     seen INTEGER,
     silent INTEGER,
     UNIQUE (host, case_id)
   ) STRICT;
   CREATE INDEX watched_host_case ON watched_host (case_id);
   CREATE INDEX watched_host_touched ON watched_host (touched);
   CREATE INDEX watched_host_seen ON watched_host (seen) WHERE seen IS NOT NULL AND silent IS NULL;
   CREATE TABLE watch_omitted (case_id TEXT PRIMARY KEY, hosts INTEGER NOT NULL) STRICT, WITHOUT ROWID;
   INSERT OR IGNORE INTO watched_host (host, case_id, since, touched, answered, scan)
     SELECT k.value, k.case_id, unixepoch(v.first) * 1000, unixepoch(v.last) * 1000, 'a service', ''
     FROM case_key k JOIN case_view v ON v.id = k.case_id
     WHERE k.kind = 'host' AND (v.status = 'open' OR v.outcome IN ('resolved', 'contained'))
       AND unixepoch(v.first) IS NOT NULL AND unixepoch(v.last) IS NOT NULL
       AND v.id NOT LIKE 'noise-%' AND v.id NOT LIKE 'rest-%';
   INSERT OR IGNORE INTO watch_entry (kind, value, case_id, since, author, reason)
     SELECT CASE k.kind WHEN 'print' THEN 'network' ELSE 'source' END, k.value, k.case_id, v.updated, 'sweepwatch',
       'the case was ' || v.outcome || ' before there was a watch list'
     FROM case_key k JOIN case_view v ON v.id = k.case_id
     WHERE k.kind IN ('source', 'print') AND v.status = 'closed' AND v.outcome IN ('resolved', 'contained')
       AND v.id NOT LIKE 'noise-%' AND v.id NOT LIKE 'rest-%';`,
]
