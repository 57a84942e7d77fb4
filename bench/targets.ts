/**
 * `node bench/targets.ts [BLOCKS]` (part of `npm run bench`): how long nftables and ipset take to apply and to list so many blocks, each in a network
 * of its own, with what the tools take of it, and how long a change of one block takes while they stand. Needs root.
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
const mostSecondsOfOne = 1
const changes = 100
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

async function seconds(act: () => unknown): Promise<number> {
  const start = performance.now()
  await act()
  return (performance.now() - start) / 1000
}

interface Tool {
  /** As if there had been nothing. */
  readonly empty: () => void
  /** Gives the tool what Sweepwatch gives it. */
  readonly apply: (preview: string) => void
  readonly list: () => void
}

const text = (value: number) => `${value.toFixed(2)} s`

/** @returns whether both promises are held */
async function measure(name: string, target: Target, tool: Tool): Promise<boolean> {
  const at = Date.now()
  const add = made(blocks, at)
  const all = { add, remove: [], desired: add, at }
  tool.apply(target.preview(all))
  tool.empty()
  const toolApply = (await seconds(() => tool.apply(target.preview(all)))) - (await seconds(() => target.preview(all)))
  tool.empty()
  const apply = await seconds(() => target.apply(all, signal))
  let found = 0
  const list = await seconds(async () => {
    found = (await target.list(signal)).entries.length
  })
  if (found !== blocks) throw new Error(`${name} lists ${found} of ${blocks}`)
  const toolList = await seconds(tool.list)
  const times = await smallChanges(target, add)
  const share = (value: number) => Number(times[Math.ceil(value * times.length) - 1])
  console.log(
    `${name.padEnd(9)} apply ${text(apply)} (the tool ${text(toolApply)}), list ${text(list)} (the tool ${text(toolList)}), ` +
      `together ${text(apply + list)}; small change p50 ${text(share(0.5))}, p99 ${text(share(0.99))}`,
  )
  return apply + list < mostSeconds && share(0.99) <= mostSecondsOfOne
}

/** Each adds one, and removes the one before. @returns seconds, sorted */
async function smallChanges(target: Target, standing: readonly GuardedBlock[]): Promise<readonly number[]> {
  const one = made(blocks + changes, Date.now()).slice(-changes)
  const times: number[] = []
  for (const [index, block] of one.entries()) {
    const change = { add: [block], remove: one.slice(index - 1, index), desired: [...standing, block], at: Date.now() }
    times.push(await seconds(() => target.apply(change, signal)))
  }
  return times.sort((a, b) => a - b)
}

async function inNamespace(id: string, tools: Readonly<Record<string, string>>): Promise<boolean> {
  const namespace = `sweepwatch-bench-${process.pid}-${id}`
  const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-bench-'))
  const inside = ['ip', 'netns', 'exec', namespace]
  if (spawnSync('ip', ['netns', 'add', namespace]).status !== 0) throw new Error('a network namespace needs root')
  const run = (line: string, input = '') => {
    const words = [...inside.slice(1), 'sh', '-c', line]
    const { status, stderr } = spawnSync('ip', words, { input, maxBuffer: 1e9 })
    if (status !== 0) throw new Error(`${line}: ${stderr}`)
  }
  try {
    mkdirSync(join(folder, 'state'))
    const kind = targetKinds.find((each) => each.id === id)
    if (!kind) throw new Error(`no target ${id}`)
    const settings = { kind: id, command: id === 'nftables' ? [...inside, 'nft'] : inside }
    const target = await kind.open(id, targetSettings.parse(settings) as never, join(folder, 'state'))
    return await measure(id, target, {
      empty: () => run(tools['empty'] ?? ''),
      // Of iptables only the entries: its rules are few.
      apply: (preview) => run(tools['apply'] ?? '', preview.replace(/^# ip6?tables-restore[\s\S]*/m, '')),
      list: () => run(tools['list'] ?? ''),
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
  const isQuick = [
    await inNamespace('nftables', {
      empty: 'nft flush ruleset',
      apply: 'cat > /dev/shm/$$ && nft -j -f /dev/shm/$$; rm /dev/shm/$$',
      list: 'nft -j -n list table inet sweepwatch > /dev/null',
    }),
    await inNamespace('iptables', { empty: 'ipset destroy', apply: 'ipset restore', list: 'ipset save > /dev/null' }),
  ]
  if (isQuick.includes(false)) console.log(`slower than ${mostSeconds} s, or ${mostSecondsOfOne} s for a small change`)
}
