import account from './account.ts'
import allow from './allow.ts'
import analyze from './analyze.ts'
import archive from './archive.ts'
import assets from './assets.ts'
import backup from './backup.ts'
import caseCommand from './case.ts'
import cases from './cases.ts'
import check from './check.ts'
import type { CommandSpec } from './command.ts'
import completion from './completion.ts'
import decide from './decide.ts'
import decoy from './decoy.ts'
import demo from './demo.ts'
import enforce from './enforce.ts'
import events from './events.ts'
import explain from './explain.ts'
import formats from './formats.ts'
import handover from './handover.ts'
import hunt from './hunt.ts'
import intel from './intel.ts'
import ledger from './ledger.ts'
import notify from './notify.ts'
import pcap from './pcap.ts'
import plan from './plan.ts'
import replay from './replay.ts'
import restore from './restore.ts'
import review from './review.ts'
import sensors from './sensors.ts'
import serve from './serve.ts'
import targets from './targets.ts'
import versionCommand from './version-command.ts'
import watch from './watch.ts'
import watchlist from './watchlist.ts'

/** Every command, in the order of the help. */
export const commands: readonly CommandSpec[] = [
  analyze,
  watch,
  serve,
  account,
  cases,
  caseCommand,
  decide,
  watchlist,
  plan,
  ledger,
  enforce,
  targets,
  handover,
  intel,
  notify,
  allow,
  assets,
  archive,
  hunt,
  pcap,
  decoy,
  review,
  sensors,
  replay,
  check,
  events,
  formats,
  explain,
  backup,
  restore,
  demo,
  completion,
  versionCommand,
]
