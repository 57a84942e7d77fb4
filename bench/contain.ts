/**
 * `node bench/contain.ts [BLOCKS]` (part of `npm run bench`): how long it takes from an approval to the rule in the kernel while a service enforces, and what many
 * blocks cost from the ledger to nftables and back. In a network namespace of its own; needs root and nft.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Enforcer } from '../src/pipeline/respond/enforcer.ts'
import { Place } from '../src/pipeline/respond/place.ts'
import { openTargets } from '../src/pipeline/respond/targets.ts'
import { Guard } from '../src/respond/guard/guard.ts'
import { usualLimits } from '../src/respond/guard/limits.ts'
import { Protected } from '../src/respond/guard/protected.ts'
import { approved, proposed, type Word } from '../src/respond/plan/decide.ts'
import type { Plan } from '../src/respond/plan/plan.ts'
import { CaseStore } from '../src/store/case-store.ts'
import { LedgerStore } from '../src/store/ledger-store.ts'

const blocks = Number(process.argv[2] ?? 100_000)
const approvals = 200
const perPlan = 1000
const namespace = `sweepwatch-bench-${process.pid}`

const guard = new Guard(new Protected([{ network: '192.0.2.0/24', why: 'ours' }]), {
  ...usualLimits,
  mostBlocks: 1_000_000,
})
const clock = () => Date.now()
const word = (): Word => ({ author: { name: 'bench', login: 'bench' }, reason: 'bench', now: clock(), policy: null })

/** Addresses that nobody else has in this bench: 1.0.0.0 and on. */
function planOf(id: number, first: number, count: number): Plan {
  return {
    id: id.toString(16).padStart(12, '0'),
    caseId: 'bench',
    measure: 'block',
    rate: null,
    direction: 'in',
    ports: [],
    protocol: 'any',
    networks: Array.from({ length: count }, (_, k) => {
      const at = first + k
      const network = `${1 + (at >>> 24)}.${(at >>> 16) & 255}.${(at >>> 8) & 255}.${at & 255}/32`
      return { network, sources: [], spoofable: false, denyOnly: false, because: '', shared: [], earlier: 0 }
    }),
    refused: [],
    targets: ['edge'],
    limit: 4 * 3600,
    blastRadius: null,
    because: [],
  }
}

function approve(ledger: LedgerStore, plan: Plan): void {
  ledger.append([proposed(plan, word())])
  ledger.change(plan.id, (state) => approved(state, word(), { needed: 1, guard, active: 0 }))
}

async function seconds(act: () => unknown): Promise<string> {
  const start = performance.now()
  await act()
  return `${((performance.now() - start) / 1000).toFixed(2)} s`
}

async function measure(folder: string): Promise<void> {
  const cases = CaseStore.open(folder)
  const ledger = new LedgerStore(cases.database)
  const edge = { kind: 'nftables' as const, command: ['ip', 'netns', 'exec', namespace, 'nft'] }
  const waiting = new Map<string, number>()
  const taken: number[] = []
  const targets = await openTargets({ edge }, folder)
  const enforcer = new Enforcer({
    ledger,
    places: targets.map((target) => new Place(target)),
    guard: async () => guard,
    clock,
    tell: ({ plan, body }) => {
      const from = waiting.get(plan)
      if (body.kind === 'applied' && from !== undefined) taken.push(performance.now() - from)
      if (body.kind === 'failed') throw new Error(body.error)
    },
  })
  await enforcer.open()
  const latency = async (begin: number) => {
    taken.length = 0
    const stop = new AbortController()
    const running = enforcer.run(stop.signal)
    // As another process would: through a connection of its own.
    const other = CaseStore.open(folder)
    for (let k = 0; k < approvals; k++) {
      const plan = planOf(begin + k, begin * perPlan + k, 1)
      new LedgerStore(other.database).append([proposed(plan, word())])
      waiting.set(plan.id, performance.now())
      new LedgerStore(other.database).change(plan.id, (state) =>
        approved(state, word(), { needed: 1, guard, active: 0 }),
      )
      await sleep(100 + 37 * (k % 5))
    }
    while (taken.length < approvals) await sleep(50)
    stop.abort()
    await running
    other.close()
    taken.sort((x, y) => x - y)
    const at = (share: number) => `${Math.round(taken[Math.ceil(share * taken.length) - 1] as number)} ms`
    return `p50 ${at(0.5)}, p99 ${at(0.99)}, most ${at(1)}`
  }
  console.log(`approval to kernel, nothing else standing: ${await latency(1)}`)
  const plans = Array.from({ length: blocks / perPlan }, (_, k) => planOf(10_000 + k, (10_000 + k) * perPlan, perPlan))
  console.log(
    `${blocks} blocks in ${plans.length} plans: approve ${await seconds(() => plans.map((plan) => approve(ledger, plan)))}`,
  )
  const never = AbortSignal.timeout(300_000)
  console.log(`  apply ${await seconds(() => enforcer.turn(never))}`)
  console.log(`  reconcile ${await seconds(() => enforcer.reconcile(never))}`)
  console.log(`  approval to kernel, all of them standing: ${await latency(500_000)}`)
  cases.close()
}

if (process.getuid?.() !== 0 || spawnSync('nft', ['--version']).error) {
  console.log('bench/contain.ts: needs root and nft; skipped')
} else {
  const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-bench-contain-'))
  spawnSync('ip', ['netns', 'add', namespace])
  try {
    await measure(folder)
  } finally {
    spawnSync('ip', ['netns', 'del', namespace])
    rmSync(folder, { recursive: true })
  }
}
