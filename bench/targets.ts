/**
 * `node bench/targets.ts [BLOCKS]` (part of `npm run bench`): how long nftables and ipset take to apply and to list so many blocks, each in a network
 * of its own, and how long the tools take that are asked for the same without Sweepwatch. Seconds; needs root.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { targetSettings } from '../src/config/targets/registry.ts'
import type { GuardedBlock, Target } from '../src/respond/respond.ts'
import { targetKinds } from '../src/respond/target/registry.ts'

const blocks = Number(process.argv[2] ?? 100_000)
const mostSeconds = 5
const signal = AbortSignal.timeout(300_000)

/** Addresses and IPv6 networks in turn. */
function made(count: number, at: number): readonly GuardedBlock[] {
  return Array.from({ length: count }, (_, k) => {
    const [high, low] = [(k >> 16) & 255, k & 65_535]
    const host = `10.${high}.${low >> 8}.${low & 255}/32`
    const network =
      k % 2 === 0 ? host : `2001:db8:${((k >> 15) + 1).toString(16)}:${((k & 32_767) + 1).toString(16)}::/64`
    const until = `${new Date(at + 3_600_000 + k * 10).toISOString().slice(0, 19)}Z`
    const id = k.toString(16).padStart(16, '0')
    return {
      id,
      plan: '5f3c09a1b2d4',
      network,
      measure: 'block',
      rate: null,
      direction: 'in',
      ports: [],
      protocol: 'any',
      until,
    }
  }) as unknown as GuardedBlock[]
}

async function seconds(act: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await act()
  return (performance.now() - start) / 1000
}

async function measure(name: string, target: Target, listTool: () => void): Promise<boolean> {
  const at = Date.now()
  const add = made(blocks, at)
  const apply = await seconds(() => target.apply({ add, remove: [], desired: add, at }, signal))
  let found = 0
  const list = await seconds(async () => {
    found = (await target.list(signal)).entries.length
  })
  if (found !== blocks) throw new Error(`${name} lists ${found} of ${blocks}`)
  const again = await seconds(() => target.apply({ add, remove: [], desired: add, at: Date.now() }, signal))
  const one = made(blocks + 1, at).slice(-1)
  const single = await seconds(() =>
    target.apply({ add: one, remove: [], desired: [...add, ...one], at: Date.now() }, signal),
  )
  const tool = await seconds(async () => listTool())
  const text = (value: number) => `${value.toFixed(2)} s`
  console.log(
    `${name.padEnd(9)} apply ${text(apply)}, list ${text(list)} (the tool alone ${text(tool)}, ${(list / tool).toFixed(1)} times), ` +
      `apply + list ${text(apply + list)}; apply again ${text(again)}; one more ${text(single)}`,
  )
  return apply + list < mostSeconds
}

async function inNamespace(
  id: string,
  command: (inside: readonly string[]) => object,
  tool: readonly string[],
): Promise<boolean> {
  const namespace = `sweepwatch-bench-${process.pid}-${id}`
  const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-bench-'))
  const inside = ['ip', 'netns', 'exec', namespace]
  if (spawnSync('ip', ['netns', 'add', namespace]).status !== 0) throw new Error('a network namespace needs root')
  try {
    mkdirSync(join(folder, 'state'))
    const kind = targetKinds.find((each) => each.id === id)
    if (!kind) throw new Error(`no target ${id}`)
    const target = await kind.open(
      id,
      targetSettings.parse({ kind: id, ...command(inside) }) as never,
      join(folder, 'state'),
    )
    return await measure(id, target, () => {
      spawnSync('ip', [...inside.slice(1), ...tool], { maxBuffer: 1e9 })
    })
  } finally {
    spawnSync('ip', ['netns', 'delete', namespace])
    rmSync(folder, { recursive: true })
  }
}

if (process.getuid?.() === 0) await main()
else console.log('targets: not measured, a network namespace needs root')

async function main(): Promise<void> {
  console.log(`${blocks} blocks, IPv4 addresses and IPv6 /64s in turn:`)
  const nft = ['nft', '-j', 'list', 'table', 'inet', 'sweepwatch']
  const isQuick = [
    await inNamespace('nftables', (inside) => ({ command: [...inside, 'nft'] }), nft),
    await inNamespace('iptables', (inside) => ({ command: inside }), ['ipset', 'save']),
  ]
  if (isQuick.includes(false)) console.log(`slower than ${mostSeconds} s`)
}
