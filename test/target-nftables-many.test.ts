import assert from 'node:assert/strict'
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { change } from './target/change.ts'
import { manyChanges } from './target/many.ts'
import { never } from './target/open.ts'
import { openLab } from './target/open-lab.ts'

let log = ''
const nftables = openLab('nftables', [], ({ router: { folder, namespace } }) => {
  log = join(folder, 'asked')
  const path = join(folder, 'nft-that-tells')
  writeFileSync(path, `#!/bin/sh\necho "$*" >> ${log}\nexec ip netns exec ${namespace.name} nft "$@"\n`)
  chmodSync(path, 0o755)
  return { kind: 'nftables', command: [path] }
})

test('nftables: 200 changes in a row, and what stands is never listed', { skip: nftables.skip }, async () => {
  await nftables.target().apply(change({ at: Date.now() }), never)
  rmSync(log)
  await manyChanges(nftables, 200)
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n')
  // The large change at first listed the empty table, and `list` at last the full one.
  assert.deepEqual(
    lines.flatMap((line, index) => (line.includes('list table') ? [index] : [])),
    [1, lines.length - 1],
  )
  assert.equal(lines.length, 3 + 2 * 200 + 1)
})
