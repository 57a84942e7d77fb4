import { accountMigrations } from './account-schema.ts'
import { jobMigrations } from './job-schema.ts'
import { ledgerMigrations } from './ledger-schema.ts'
import { outboxMigrations } from './outbox-schema.ts'
import { savedHuntMigrations } from './saved-hunt-schema.ts'
import { touchMigrations } from './touch-schema.ts'
import { watchMigrations } from './watch-schema.ts'

/**
 * The schema, one step a version; a step is never changed once it has been released. Case events are only ever added to. What is
 * derived from them (`case_scan`, `case_total`, `case_view`, `case_key`, `indicator_tally`) can be made anew from them.
 */
export const migrations: readonly string[] = [
  `CREATE TABLE case_event (
     seq INTEGER PRIMARY KEY,
     case_id TEXT NOT NULL,
     at TEXT NOT NULL,
     author TEXT NOT NULL,
     reason TEXT NOT NULL,
     kind TEXT NOT NULL,
     ref TEXT NOT NULL,
     body TEXT,
     packed BLOB
   ) STRICT;
   CREATE INDEX case_event_case ON case_event (case_id, seq);
   CREATE INDEX case_event_kind ON case_event (case_id, kind, seq);
   CREATE INDEX case_event_at ON case_event (at);
   CREATE TRIGGER case_event_kept_as_it_is BEFORE UPDATE ON case_event
     BEGIN SELECT RAISE(ABORT, 'case events are never changed'); END;
   CREATE TRIGGER case_event_kept BEFORE DELETE ON case_event
     BEGIN SELECT RAISE(ABORT, 'case events are never deleted'); END;
   CREATE TABLE case_scan (
     case_id TEXT NOT NULL, ref TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, probes INTEGER NOT NULL,
     PRIMARY KEY (case_id, ref)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX case_scan_first ON case_scan (case_id, first, last);
   CREATE TABLE case_view (
     id TEXT PRIMARY KEY,
     title TEXT NOT NULL,
     status TEXT NOT NULL,
     decision TEXT,
     rule TEXT,
     severity TEXT NOT NULL,
     rank REAL NOT NULL,
     confidence REAL,
     owner TEXT,
     escalated_to TEXT,
     outcome TEXT,
     opened TEXT NOT NULL,
     first TEXT NOT NULL,
     last TEXT NOT NULL,
     updated TEXT NOT NULL,
     scans INTEGER NOT NULL,
     probes INTEGER NOT NULL,
     sources TEXT NOT NULL,
     to_detect REAL,
     to_decide REAL,
     to_contain REAL
   ) STRICT;
   CREATE INDEX case_view_rank ON case_view (status, rank DESC, last DESC);
   CREATE INDEX case_view_last ON case_view (last);
   CREATE TABLE case_key (
     kind TEXT NOT NULL,
     value TEXT NOT NULL,
     case_id TEXT NOT NULL,
     PRIMARY KEY (kind, value, case_id)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX case_key_case ON case_key (case_id);`,
  `CREATE TABLE watched_day (day TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
   CREATE TABLE watched_input (digest TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
   CREATE TABLE host_day (
     host TEXT NOT NULL, day TEXT NOT NULL, bytes_out REAL NOT NULL, PRIMARY KEY (host, day)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE host_peer (
     host TEXT NOT NULL, peer TEXT NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL, PRIMARY KEY (host, peer)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE admin_pair (
     host TEXT NOT NULL, peer TEXT NOT NULL, port INTEGER NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL,
     PRIMARY KEY (host, peer, port)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE port_day (
     port INTEGER NOT NULL, day TEXT NOT NULL, sources INTEGER NOT NULL, PRIMARY KEY (port, day)
   ) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE indicator_tally (
     term TEXT PRIMARY KEY, false_alarms INTEGER NOT NULL, confirmed INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;`,
  ...outboxMigrations,
  `CREATE TABLE IF NOT EXISTS case_total (
     case_id TEXT PRIMARY KEY, scans INTEGER NOT NULL, probes INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   INSERT OR IGNORE INTO case_total SELECT case_id, count(*), sum(probes) FROM case_scan GROUP BY case_id;`,
  ...ledgerMigrations,
  ...watchMigrations,
  ...savedHuntMigrations,
  ...touchMigrations,
  ...jobMigrations,
  ...accountMigrations,
  `CREATE INDEX case_view_all ON case_view (rank DESC, last DESC, id);
   CREATE INDEX case_view_newest ON case_view (last DESC, id);`,
]
