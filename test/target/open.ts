import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { targetSettings } from '../../src/config/targets/registry.ts'
import type { Target } from '../../src/respond/respond.ts'
import { targetKinds } from '../../src/respond/target/registry.ts'

/** Opens a target as a configuration would, with a state directory inside the folder. */
export async function openTarget(settings: object, folder: string): Promise<Target> {
  const parsed = targetSettings.parse(settings)
  const kind = targetKinds.find(({ id }) => id === parsed.kind)
  if (kind === undefined) throw new Error(`no kind ${parsed.kind}`)
  const state = join(folder, 'state')
  mkdirSync(state, { recursive: true, mode: 0o700 })
  return kind.open('edge', parsed as never, state)
}

/** Does something with a folder that is gone afterwards. */
export async function withFolder<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-target-'))
  try {
    return await act(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export const never = new AbortController().signal

/** Whole seconds from now, as blocks have them. */
export function inSeconds(seconds: number): string {
  return new Date(1000 * Math.ceil(Date.now() / 1000 + seconds)).toISOString().replace('.000', '')
}
