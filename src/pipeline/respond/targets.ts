import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from '../../base/problem.ts'
import type { RespondSettings } from '../../config/respond.ts'
import type { Served, Target, TargetKind } from '../../respond/respond.ts'
import { targetKinds } from '../../respond/target/registry.ts'

/** Where a target keeps what it has to remember. */
function targetFolder(state: string, name: string): string {
  const folder = join(state, 'targets', name)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folder
}

/**
 * Opens the targets of the configuration.
 * @param names only these; all where absent
 * @throws Problem `target` for settings that cannot be used, `no-such-target` for a name that is not configured
 */
export async function openTargets(
  settings: RespondSettings['targets'],
  state: string,
  names: readonly string[] = Object.keys(settings),
): Promise<readonly Target[]> {
  return Promise.all(
    names.map(async (name) => {
      const given = Object.hasOwn(settings, name) ? settings[name] : undefined
      if (given === undefined) {
        throw new Problem('no-such-target', `there is no target ${name}`, {
          hint: `respond.targets of the configuration has: ${Object.keys(settings).join(', ') || 'none'}.`,
        })
      }
      return kindOf(given.kind).open(name, given as never, targetFolder(state, name))
    }),
  )
}

/** Serves the lists that devices fetch, of every target that is to be fetched from. @param now milliseconds since 1970 @throws Problem `target` */
export async function serveTargets(
  settings: RespondSettings['targets'],
  state: string,
  now: () => number,
): Promise<readonly Served[]> {
  const served: Served[] = []
  for (const [name, given] of Object.entries(settings)) {
    const one = await kindOf(given.kind).serve?.(name, given as never, targetFolder(state, name), now)
    if (one) served.push(one)
  }
  return served
}

function kindOf(id: string): TargetKind<never> {
  return targetKinds.find((kind) => kind.id === id) as TargetKind<never>
}
