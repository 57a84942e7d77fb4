/** What the service works on beside its sources: files that people sent. `changed` grows with each change of any job. */
export const jobMigrations: readonly string[] = [
  `CREATE TABLE job (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     kind TEXT NOT NULL,
     name TEXT NOT NULL,
     file TEXT NOT NULL,
     bytes INTEGER NOT NULL,
     options TEXT NOT NULL,
     account TEXT NOT NULL,
     state TEXT NOT NULL,
     created TEXT NOT NULL,
     started TEXT,
     ended TEXT,
     result TEXT,
     problem TEXT,
     changed INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX job_state ON job (state, id);
   CREATE INDEX job_changed ON job (changed);`,
]
