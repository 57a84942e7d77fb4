import { now } from '../base/clock.ts'

/** ISO 8601 with milliseconds, so that such texts compare as the times do; so many milliseconds from now. */
export function when(milliseconds = 0): string {
  return new Date(now() / 1000 + milliseconds).toISOString()
}
