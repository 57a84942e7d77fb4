import { statSync } from 'node:fs'
import type { Input } from '../source/source.ts'

/** Microseconds: a file cannot hold what happened after it was written. */
export function newestOf(input: Input): number {
  if (input.size === undefined) return Date.now() * 1000
  return statSync(input.name).mtimeMs * 1000
}
