import type { CaseAction } from './action.ts'
import { capture } from './capture.ts'
import { assign, escalate, merge, note, reopen } from './changes.ts'
import { close } from './close.ts'
import { exportAction } from './export.ts'
import { pack } from './pack.ts'
import { show } from './show.ts'
import { timeline } from './timeline.ts'

/** What can be done with a case, in the order of the help. */
export const caseActions: readonly CaseAction[] = [
  show,
  timeline,
  note,
  assign,
  escalate,
  close,
  reopen,
  merge,
  exportAction,
  pack,
  capture,
]
