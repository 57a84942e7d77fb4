import { homedir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import type { Config } from '../config/schema.ts'

/** Where indexes of captures are kept: as configured, else in the user's cache directory (XDG Base Directory Specification). */
export function captureIndex(config: Config): string {
  const { XDG_CACHE_HOME } = process.env
  return config.capture?.index ?? join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'sweepwatch', 'captures')
}
