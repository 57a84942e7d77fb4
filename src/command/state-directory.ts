import { existsSync } from 'node:fs'
import { Problem } from '../base/problem.ts'
import { loadConfig } from '../config/load.ts'
import { CaseStore } from '../store/case-store.ts'
import type { Invocation, OptionSpec } from './command.ts'

export const stateOption: OptionSpec = {
  flags: '--state <DIR>',
  about: 'the state directory of analyze or watch (default: from the configuration)',
  completes: 'directory',
}

export const configOption: OptionSpec = {
  flags: '--config <FILE>',
  about: 'configuration (default: sweepwatch.yaml here, if there is one)',
  completes: 'file',
}

/** Where analyze and watch keep what is known: as told, else as configured; undefined where nothing is kept. */
export async function keptState(invocation: Invocation): Promise<string | undefined> {
  return invocation.text('state') ?? (await loadConfig(invocation.text('config'))).config.state
}

/** @throws Problem `usage` where none is told, `no-state` where it is not there */
export async function stateDirectory(invocation: Invocation): Promise<string> {
  const directory = await keptState(invocation)
  if (directory === undefined) {
    throw new Problem('usage', 'no state directory', {
      hint: 'Give --state DIR, or put `state: DIR` into sweepwatch.yaml.',
    })
  }
  if (!existsSync(directory)) {
    throw new Problem('no-state', `there is no directory ${directory}`, {
      hint: 'It is made by `sweepwatch analyze --state DIR` and `sweepwatch watch --state DIR`.',
    })
  }
  return directory
}

/** Opens the cases, does something with them, and closes them. */
export async function withCases<Result>(
  invocation: Invocation,
  act: (store: CaseStore) => Result | Promise<Result>,
): Promise<Result> {
  const store = CaseStore.open(await stateDirectory(invocation), { readOnly: true })
  try {
    return await act(store)
  } finally {
    store.close()
  }
}
