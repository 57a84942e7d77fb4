import { loadConfig } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { serviceSettings } from '../config/service.ts'
import { CaseStore } from '../store/case-store.ts'
import { JobStore } from '../store/job-store.ts'
import { LedgerStore } from '../store/ledger-store.ts'
import { Lane } from './aside/lane.ts'
import type { CommandPort } from './cli/protocol.ts'
import { Engine } from './engine/engine.ts'
import { JobRunner } from './job/job-runner.ts'
import { LiveHub } from './live/live-hub.ts'
import { Metrics } from './metrics/metrics.ts'
import { type Identity, openIdentity } from './sign-in/identity.ts'

/** What the operations work on. One service has one state directory. */
export interface Site {
  /** The state directory. */
  readonly directory: string
  readonly configFile: string | undefined
  /** The configuration as it stands now. @throws Problem `config` */
  readonly config: () => Promise<Config>
  readonly cases: CaseStore
  readonly ledger: LedgerStore
  readonly live: LiveHub
  readonly identity: Identity
  readonly jobs: JobRunner
  /** What follows the sources and contains, as a process of its own. */
  readonly engine: Engine
  readonly metrics: Metrics
  /** Who may ask at once what is answered by a process of its own: questions to the archive, and files that are made. */
  readonly lanes: { readonly hunts: Lane; readonly files: Lane; readonly commands: Lane }
  /** The command line; absent where nobody injected it. */
  readonly commands: CommandPort | undefined
}

export function openSite(directory: string, configFile: string | undefined, commands?: CommandPort): Site {
  const cases = CaseStore.open(directory)
  return {
    directory,
    configFile,
    config: async () => (await loadConfig(configFile)).config,
    cases,
    ledger: new LedgerStore(cases.database),
    identity: openIdentity(cases.database),
    live: new LiveHub(directory, configFile),
    engine: new Engine({
      state: directory,
      configFile,
      allow: commands?.allow ?? [],
      config: async () => (await loadConfig(configFile)).config,
    }),
    metrics: new Metrics(),
    jobs: new JobRunner(new JobStore(cases.database), {
      state: directory,
      config: configFile,
      limits: async () => serviceSettings((await loadConfig(configFile)).config.serve).uploads,
    }),
    lanes: {
      hunts: new Lane({ atOnce: 2, waiting: 10, ofOne: 3 }),
      files: new Lane({ atOnce: 1, waiting: 10, ofOne: 2 }),
      commands: new Lane({ atOnce: 4, waiting: 20, ofOne: 4 }),
    },
    commands,
  }
}
