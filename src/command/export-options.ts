import { readFileSync } from 'node:fs'
import { Problem } from '../base/problem.ts'
import type { Case } from '../case/case.ts'
import { loadConfig } from '../config/load.ts'
import type { ExportOptions } from '../report/case/case.ts'
import type { Invocation, OptionSpec } from './command.ts'
import { ownNetworks } from './own-networks.ts'
import { version } from './version.ts'

export const exportOptionSpecs: readonly OptionSpec[] = [
  { flags: '--internal', about: 'name our own addresses in outputs that are made for others' },
  {
    flags: '--pseudonymise <KEYFILE>',
    about: 'replace our own addresses and names, the same way for the same key (16 random bytes or more)',
    completes: 'file',
  },
]

/** What is to be written out of a case. */
interface Exported {
  /** As it is to be told. */
  readonly theCase: Case
  readonly options: ExportOptions
  /** Tells what else is about the case in the same way. */
  replace<Data>(data: Data): Data
}

/** The case as it is to be written out, and what its outputs need to know besides. @throws Problem `usage`, `pseudonym-key` */
export async function exportOptions(invocation: Invocation, one: Case): Promise<Exported> {
  const { net = [] } = await ownNetworks(invocation)
  const { config } = await loadConfig(invocation.text('config'))
  const options: ExportOptions = {
    own: net,
    internal: invocation.flag('internal'),
    organisation: config.organisation?.name ?? 'our organisation',
    contact: config.organisation?.contact ?? null,
    program: 'sweepwatch',
    version: version(),
    dshieldUser: config.organisation?.dshieldUser ?? 0,
  }
  const keyFile = invocation.text('pseudonymise')
  if (keyFile === undefined) return { theCase: one, options, replace: (data) => data }
  const { pseudonymisedCase, pseudonyms } = await import('../report/case/pseudonym.ts')
  const made = pseudonyms(one, net, keyOf(keyFile))
  return { theCase: pseudonymisedCase(one, made), options: { ...options, own: made.own }, replace: made.replace }
}

function keyOf(file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new Problem('usage', `the key ${file} cannot be read: ${(cause as Error).message}`, {
      hint: 'Make one: head -c 32 /dev/urandom > pseudonym.key',
    })
  }
}
