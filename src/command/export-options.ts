import { readFileSync } from 'node:fs'
import { Problem } from '../base/problem.ts'
import type { Case } from '../case/case.ts'
import { loadConfig } from '../config/load.ts'
import { type ToldCase, toldCase } from '../pipeline/told-case.ts'
import type { Invocation, OptionSpec } from './command.ts'
import { ownNetworks } from './own-networks.ts'

export const exportOptionSpecs: readonly OptionSpec[] = [
  { flags: '--internal', about: 'name our own addresses in outputs that are made for others' },
  {
    flags: '--pseudonymise <KEYFILE>',
    about: 'replace our own addresses and names, the same way for the same key (16 random bytes or more)',
    completes: 'file',
  },
]

/** The case as it is to be written out, and what its outputs need to know besides. @throws Problem `usage`, `pseudonym-key` */
export async function exportOptions(invocation: Invocation, one: Case): Promise<ToldCase> {
  const { net: own = [] } = await ownNetworks(invocation)
  const { config } = await loadConfig(invocation.text('config'))
  const keyFile = invocation.text('pseudonymise')
  const key = keyFile === undefined ? undefined : keyOf(keyFile)
  return toldCase(one, config, { own, internal: invocation.flag('internal'), key })
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
