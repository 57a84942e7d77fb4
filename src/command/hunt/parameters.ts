import { momentOf } from '../../base/moment.ts'
import type { Invocation } from '../command.ts'

/** An option that names a moment, in microseconds. */
export function timeOf(invocation: Invocation, option: string): number | undefined {
  const text = invocation.text(option)
  return text === undefined ? undefined : Date.parse(momentOf(`--${option}`, text)) * 1000
}
