import accounts from './accounts.ts'
import addressMap from './address-map.ts'
import allowlist from './allowlist.ts'
import audit from './audit.ts'
import theCase from './case.ts'
import caseChanges from './case-changes.ts'
import caseExports from './case-exports.ts'
import cases from './cases.ts'
import cli from './cli.ts'
import evidence from './evidence.ts'
import hunts from './hunts.ts'
import jobs from './jobs.ts'
import live from './live.ts'
import myAccount from './my-account.ts'
import overview from './overview.ts'
import type { RouteGroup } from './route.ts'
import sensors from './sensors.ts'
import service from './service.ts'
import session from './session.ts'
import uploads from './uploads.ts'

/** Every resource of the API, in the order of its document. */
export const routeGroups: readonly RouteGroup[] = [
  service,
  session,
  myAccount,
  accounts,
  audit,
  live,
  uploads,
  jobs,
  hunts,
  sensors,
  allowlist,
  overview,
  cases,
  theCase,
  caseChanges,
  caseExports,
  addressMap,
  evidence,
  cli,
]
