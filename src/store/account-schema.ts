/**
 * Accounts and what they sign in with, and the audit log: its entries are added and never changed, each chained to the one before
 * (`account/audit-log.ts`). Secrets that are random are kept as SHA-256, passwords as argon2id; of a second factor the secret itself has to be kept.
 */
export const accountMigrations: readonly string[] = [
  `CREATE TABLE account (
     id INTEGER PRIMARY KEY,
     name TEXT NOT NULL UNIQUE,
     role TEXT NOT NULL,
     password TEXT,
     password_set TEXT,
     totp TEXT,
     totp_offered TEXT,
     totp_step INTEGER NOT NULL DEFAULT 0,
     subject TEXT UNIQUE,
     is_disabled INTEGER NOT NULL DEFAULT 0,
     created TEXT NOT NULL,
     last_sign_in TEXT
   ) STRICT;
   CREATE TRIGGER account_kept BEFORE DELETE ON account
     BEGIN SELECT RAISE(ABORT, 'an account is disabled, never deleted: its name stands in histories'); END;
   CREATE TABLE recovery_code (
     account INTEGER NOT NULL REFERENCES account (id), hash TEXT NOT NULL, PRIMARY KEY (account, hash)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE session (
     id TEXT PRIMARY KEY,
     hash TEXT NOT NULL UNIQUE,
     account INTEGER NOT NULL REFERENCES account (id),
     stage TEXT NOT NULL,
     method TEXT NOT NULL,
     began TEXT NOT NULL,
     confirmed TEXT NOT NULL,
     seen TEXT NOT NULL,
     ends TEXT NOT NULL,
     idle_seconds INTEGER NOT NULL,
     origin TEXT NOT NULL,
     agent TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX session_account ON session (account, began);
   CREATE TABLE api_token (
     id TEXT PRIMARY KEY,
     hash TEXT NOT NULL UNIQUE,
     account INTEGER NOT NULL REFERENCES account (id),
     name TEXT NOT NULL,
     scopes TEXT NOT NULL,
     created TEXT NOT NULL,
     expires TEXT NOT NULL,
     revoked TEXT,
     used TEXT,
     used_from TEXT
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX api_token_account ON api_token (account, created);
   CREATE TABLE one_time_link (
     hash TEXT PRIMARY KEY,
     account INTEGER REFERENCES account (id),
     created TEXT NOT NULL,
     expires TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE audit_entry (
     seq INTEGER PRIMARY KEY,
     at TEXT NOT NULL,
     account TEXT NOT NULL,
     via TEXT NOT NULL,
     origin TEXT NOT NULL,
     operation TEXT NOT NULL,
     about TEXT NOT NULL,
     status INTEGER NOT NULL,
     code TEXT NOT NULL,
     hash TEXT NOT NULL
   ) STRICT;
   CREATE INDEX audit_entry_account ON audit_entry (account, seq);
   CREATE INDEX audit_entry_operation ON audit_entry (operation, seq);
   CREATE INDEX audit_entry_at ON audit_entry (at);
   CREATE TRIGGER audit_entry_kept_as_it_is BEFORE UPDATE ON audit_entry
     BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END;
   CREATE TRIGGER audit_entry_kept BEFORE DELETE ON audit_entry
     BEGIN SELECT RAISE(ABORT, 'the audit log is never shortened'); END;`,
]
