import abuse from './abuse.ts'
import cacao from './cacao.ts'
import type { CaseExport } from './case.ts'
import cef from './cef.ts'
import dshield from './dshield.ts'
import ecs from './ecs.ts'
import html from './html.ts'
import json from './json.ts'
import leef from './leef.ts'
import misp from './misp.ts'
import navigator from './navigator.ts'
import ocsf from './ocsf.ts'
import stix from './stix.ts'
import syslog from './syslog.ts'
import text from './text.ts'
import ticket from './ticket.ts'

/** Every output of a case, in the order in which they are listed. */
export const caseExports: readonly CaseExport[] = [
  html,
  json,
  text,
  ticket,
  ocsf,
  ecs,
  stix,
  misp,
  cacao,
  navigator,
  cef,
  leef,
  syslog,
  abuse,
  dshield,
]
