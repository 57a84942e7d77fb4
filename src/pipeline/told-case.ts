import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { version } from '../base/version.ts'
import type { Case } from '../case/case.ts'
import type { Config } from '../config/schema.ts'
import type { ExportOptions } from '../report/case/case.ts'

/** A case as it is to be told, and what its outputs need to know besides. */
export interface ToldCase {
  readonly theCase: Case
  readonly options: ExportOptions
  /** Tells what else is about the case in the same way. */
  replace<Data>(data: Data): Data
}

export interface Telling {
  /** Our networks as CIDR. */
  readonly own: readonly string[]
  /** Outputs for others name our addresses. */
  readonly internal: boolean
  /** With pseudonyms of our addresses and names by this key. */
  readonly key: Uint8Array | undefined
}

/** @throws Problem `pseudonym-key` */
export async function toldCase(one: Case, config: Config, { own, internal, key }: Telling): Promise<ToldCase> {
  const options: ExportOptions = {
    own,
    internal,
    organisation: config.organisation?.name ?? 'our organisation',
    contact: config.organisation?.contact ?? null,
    program: 'sweepwatch',
    version: version(),
    dshieldUser: config.organisation?.dshieldUser ?? 0,
  }
  if (key === undefined) return { theCase: one, options, replace: (data) => data }
  const { pseudonymisedCase, pseudonyms } = await import('../report/case/pseudonym.ts')
  const made = pseudonyms(one, own, key)
  return { theCase: pseudonymisedCase(one, made), options: { ...options, own: made.own }, replace: made.replace }
}

/**
 * The key of pseudonyms that belongs to a state directory, so that everything the service tells agrees; made where there is none. The
 * command line gets the same pseudonyms with `--pseudonymise STATE/pseudonym.key`.
 */
export function pseudonymKey(directory: string): Uint8Array {
  const file = join(directory, 'pseudonym.key')
  try {
    writeFileSync(file, randomBytes(32), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return readFileSync(file)
}
