/** nft and ipset as judges of what a network holds, and what of generated plans a guard lets through. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { blocksOf, wholeSeconds } from '../src/respond/plan/blocks.ts'
import type { GuardedBlock } from '../src/respond/respond.ts'
import { anyPlan, guard } from './contain-arbitrary.ts'
import { Workplace } from './target/workplace.ts'

export const now = Date.parse('2026-11-28T12:00:00Z')

/** What the guard lets through of some plans, asked as the enforcer asks. */
export function guarded(count: number, drawn: number): { readonly passed: GuardedBlock[]; readonly refused: number } {
  const passed: GuardedBlock[] = []
  let refused = 0
  for (const { plan, byPerson } of fc.sample(anyPlan, { numRuns: count, seed: drawn })) {
    const times = { since: new Date(now).toISOString(), until: wholeSeconds(now + 1000 * plan.limit), byPerson }
    for (const { block, standing } of blocksOf(plan, times, guard.limits)) {
      const verdict = guard.check(block, standing, 0, now)
      if (verdict.block === undefined) refused++
      else passed.push(verdict.block)
    }
  }
  return { passed, refused }
}

const table =
  'table inet oracle { set four { type ipv4_addr; flags interval; auto-merge; }; set six { type ipv6_addr; flags interval; auto-merge; }; }'
const create = ['four hash:net family inet', 'six hash:net family inet6'].map(
  (set) => `create ${set} maxelem 1000000\n`,
)

/** Sets of nft and of ipset, in a network namespace of their own. */
export class Oracle {
  readonly #place: Workplace

  constructor(folder: string) {
    this.#place = new Workplace(folder)
    this.#place.run(['ipset', 'restore'], create.join(''))
  }

  /** Those of the addresses that a tool finds among the networks, with its name. */
  found(networks: Iterable<string>, addresses: readonly string[]): readonly string[] {
    const all = [...networks]
    const lines = all.map((network) => `add ${setOf(network)} ${network}\n`)
    this.#place.run(['ipset', 'restore', '-exist'], `flush four\nflush six\n${lines.join('')}`)
    this.#load(all)
    // For a question nft reads its whole ruleset: it is asked with what begins alike, which holds all that could hold the address.
    const parts = Map.groupBy(all, beginning)
    const byNft = [...Map.groupBy(addresses, beginning)].flatMap(([part, asked]) => {
      this.#load(parts.get(part) ?? [])
      return this.#askNft(asked)
    })
    return [...askIpset(this.#place, setOf, addresses).map((address) => `ipset ${address}`), ...byNft]
  }

  #load(networks: readonly string[]): void {
    const lines = ['four', 'six'].map((set) => {
      const elements = networks.filter((network) => setOf(network) === set)
      return elements.length === 0 ? '' : `add element inet oracle ${set} { ${elements.join(', ')} }\n`
    })
    this.#place.run(['nft', '-f', '-'], `flush ruleset\n${table}\n${lines.join('')}`)
  }

  /** It answers with the element that holds the address, or repeats the question with an error. */
  #askNft(addresses: readonly string[]): readonly string[] {
    const asked = addresses.map((address) => `get element inet oracle ${setOf(address)} { ${address} }\n`)
    const said = this.#place.run(['sh', '-c', 'nft -i 2>&1'], asked.join(''))
    const missing = new Set(
      [...said.matchAll(/No such file or directory\nget element inet oracle \w+ \{ (\S+) \}\n/g)].map(
        ([, address]) => address,
      ),
    )
    const found = addresses.filter((address) => !missing.has(address))
    assert.equal([...said.matchAll(/elements = /g)].length, found.length, said)
    return found.map((address) => `nft ${address}`)
  }

  remove(): void {
    this.#place.remove()
  }
}

/** Those that a set of ipset holds, by its own word. */
export function askIpset(
  place: Workplace,
  set: (address: string) => string,
  addresses: readonly string[],
): readonly string[] {
  const asked = addresses.map((address) => `test ${set(address)} ${address}\n`)
  const said = place.run(['sh', '-c', 'ipset - 2>&1'], asked.join(''))
  const answers = [...said.matchAll(/(\S+) is (NOT )?in set/g)]
  assert.equal(answers.length, addresses.length, said)
  return addresses.filter((_, k) => answers[k]?.[2] === undefined)
}

function setOf(network: string): 'four' | 'six' {
  return network.includes(':') ? 'six' : 'four'
}

/** The first byte of IPv4, the first two of IPv6, four under 2001::/16: the guard lets nothing wider pass. */
function beginning(network: string): string {
  const [address = '', length] = network.split('/')
  const isV6 = setOf(network) === 'six'
  assert.ok(length === undefined || Number(length) >= (isV6 ? 32 : 8), `${network} is wide`)
  if (!isV6) return address.split('.')[0] as string
  const [first, second] = address.split(':')
  return first === '2001' ? `${first}:${second || '0'}` : `${first || '0'}:`
}
