/**
 * The ledger of containment: entries are added and never changed, each chained to the one before (`respond/ledger/chain.ts`). `plan_view` is derived
 * from it and written in the same transaction; `blocked_network` tells how often a network was blocked.
 */
export const ledgerMigrations: readonly string[] = [
  `CREATE TABLE ledger_entry (
     seq INTEGER PRIMARY KEY,
     at TEXT NOT NULL,
     author TEXT NOT NULL,
     login TEXT NOT NULL,
     reason TEXT NOT NULL,
     plan TEXT NOT NULL,
     body TEXT NOT NULL,
     hash TEXT NOT NULL
   ) STRICT;
   CREATE INDEX ledger_entry_plan ON ledger_entry (plan, seq);
   CREATE TRIGGER ledger_entry_kept_as_it_is BEFORE UPDATE ON ledger_entry
     BEGIN SELECT RAISE(ABORT, 'the ledger is never changed'); END;
   CREATE TRIGGER ledger_entry_kept BEFORE DELETE ON ledger_entry
     BEGIN SELECT RAISE(ABORT, 'the ledger is never shortened'); END;
   CREATE TABLE plan_view (
     id TEXT PRIMARY KEY,
     case_id TEXT NOT NULL,
     status TEXT NOT NULL,
     proposed TEXT NOT NULL,
     until TEXT,
     is_live INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX plan_view_case ON plan_view (case_id);
   CREATE INDEX plan_view_live ON plan_view (is_live, status);
   CREATE TABLE blocked_network (
     network TEXT NOT NULL, plan TEXT NOT NULL, since TEXT NOT NULL, until TEXT NOT NULL, PRIMARY KEY (network, plan)
   ) STRICT, WITHOUT ROWID;`,
]
