import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { targetSettings } from '../../src/config/targets/registry.ts'
import type { Target } from '../../src/respond/respond.ts'
import { targetKinds } from '../../src/respond/target/registry.ts'
import { Lab } from './lab.ts'
import { whyNoNamespaces } from './workplace.ts'

/** A lab with a target in its router, for all tests of a file. */
export interface OpenLab {
  readonly id: string
  readonly lab: () => Lab
  readonly target: () => Target
  readonly skip: string | false
}

/**
 * @param id of the kind, and what tells this lab from others of it: `iptables legacy`
 * @param tools what it needs beside nft and ip
 * @param settings of the kind, for the tools as they are run in the router
 */
export function openLab(id: string, tools: readonly string[], settings: (lab: Lab) => object): OpenLab {
  const skip = whyNoNamespaces('nft', ...tools) ?? false
  const folder = mkdtempSync(join(tmpdir(), `sweepwatch-${id.replace(' ', '-')}-`))
  let lab: Lab | undefined
  let target: Target | undefined
  before(async () => {
    if (skip !== false) return
    lab = new Lab(folder)
    mkdirSync(join(folder, 'state'))
    const kind = targetKinds.find((each) => each.id === id.split(' ')[0])
    assert.ok(kind)
    target = await kind.open('edge', targetSettings.parse(settings(lab)) as never, join(folder, 'state'))
  })
  after(async () => {
    await target?.close()
    lab?.remove()
    rmSync(folder, { recursive: true })
  })
  return { id, lab: () => lab as Lab, target: () => target as Target, skip }
}
