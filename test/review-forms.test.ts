/** Forms of nftables that made-up rulesets do not have, one by one, against the kernel: sets, concatenations, maps, translation, flags. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { parseAddress } from '../src/base/address.ts'
import { newFlow } from '../src/review/flow.ts'
import nftJson from '../src/review/language/nft-json.ts'
import nftText from '../src/review/language/nft-text.ts'
import { whichLetIn } from '../src/review/let-in.ts'
import type { Ruleset } from '../src/review/ruleset.ts'
import { FirewallLab, type Packet, whyNoNetwork } from './review-network.ts'

const skip = whyNoNetwork('nft', 'sysctl')
/** Each rule accepts, counts, and is named by its comment. */
const document = `table inet filter {
  set nets { type ipv4_addr; flags interval; elements = { 198.51.100.64/26, 203.0.113.5 }; }
  set pairs { type ipv4_addr . inet_service; flags interval; elements = { 198.51.100.10 . 5000-5010 }; }
  map ways { type inet_service : verdict; elements = { 6000 : jump inner, 6001 : drop }; }
  chain inner {
    ip saddr @nets counter accept comment "inner"
  }
  chain before {
    type nat hook prerouting priority dstnat; policy accept;
    tcp dport 7000 redirect to :7001
    ip daddr 192.0.2.77 udp dport 7002 dnat ip to 192.0.2.78:7003
  }
  chain input {
    type filter hook input priority filter; policy drop;
    ct state vmap { invalid : drop, new : continue }
    ip saddr . tcp dport @pairs counter accept comment "pairs"
    tcp dport vmap @ways
    tcp dport 7001 counter accept comment "redirected"
    ip daddr 192.0.2.78 udp dport 7003 counter accept comment "translated"
    tcp flags & (syn | ack) == syn tcp dport 7100 counter accept comment "masked"
    tcp flags syn / fin,syn,rst,ack tcp dport 7101 counter accept comment "masked too"
    tcp flags != syn tcp dport 7102 counter accept comment "not a SYN"
    tcp dport >= 9100 tcp dport < 9200 counter accept comment "compared"
    meta nfproto ipv4 meta l4proto { tcp, udp } th dport 9300 counter accept comment "any transport"
    iif "ext0" ip saddr 198.51.100.0-198.51.100.50 udp dport 9400 counter accept comment "range"
    udp sport 1-65535 udp dport 9500 counter accept comment "source ports"
  }
}
`
const packet = (text: string): Packet => {
  const [, protocol, source, target, port] = /^(\w+) (\S+) > (\S+):(\d+)$/.exec(text) ?? assert.fail(text)
  return { protocol: protocol as 'tcp', source: source as string, target: target as string, port: Number(port) }
}
const sent = [
  ...['5000', '5010', '5011'].flatMap((port) => [
    `tcp 198.51.100.10 > 192.0.2.1:${port}`,
    `tcp 198.51.100.77 > 192.0.2.1:${port}`,
  ]),
  ...['6000', '6001', '6002'].flatMap((port) => [
    `tcp 198.51.100.10 > 192.0.2.1:${port}`,
    `tcp 198.51.100.77 > 192.0.2.1:${port}`,
  ]),
  ...['7000', '7001', '7100', '7101', '7102', '9099', '9100', '9199', '9200', '9300'].map(
    (port) => `tcp 203.0.113.5 > 192.0.2.2:${port}`,
  ),
  ...['7002', '7003', '9300', '9400', '9500'].flatMap((port) => [
    `udp 198.51.100.10 > 192.0.2.77:${port}`,
    `udp 198.51.100.200 > 192.0.2.78:${port}`,
  ]),
].map(packet)

describe('forms of nftables', { skip }, () => {
  let lab: FirewallLab
  before(() => {
    lab = new FirewallLab()
    lab.inside(['nft', '-f', '-'], document)
  })
  after(() => lab.remove())

  test('C3 each form lets in what it lets in in the kernel', () => {
    const rulesets = [
      nftJson.parse(lab.inside(['nft', '-j', '-a', 'list', 'ruleset']), 'json'),
      nftText.parse(lab.inside(['nft', '-a', 'list', 'ruleset']), 'text'),
    ]
    lab.send(sent)
    const counted = counts(nftJson.parse(lab.inside(['nft', '-j', '-a', 'list', 'ruleset']), 'after'))
    assert.ok([...counted.values()].filter((n) => n > 0).length >= 10, JSON.stringify([...counted]))
    for (const ruleset of rulesets) {
      assert.equal(ruleset.notUnderstood.count, 0, JSON.stringify(ruleset.notUnderstood))
      assert.deepEqual(predicted(ruleset), counted)
    }
  })
})

function counts(ruleset: Ruleset): ReadonlyMap<string, number> {
  const rules = [...ruleset.chains.values()].flatMap((chain) => chain.rules).filter(({ comment }) => comment !== '')
  return new Map(rules.map(({ comment, packets }) => [comment, packets ?? 0]))
}

function predicted(ruleset: Ruleset): ReadonlyMap<string, number> {
  const hits = new Map([...counts(ruleset).keys()].map((comment) => [comment, 0]))
  for (const { source, target, protocol, port } of sent) {
    const [from, to] = [parseAddress(source), parseAddress(target)]
    assert.ok(from && to)
    const told = { targetPort: port, sourcePort: 40_000, incoming: { is: ['ext0'], isNot: [] } }
    const found = whichLetIn(ruleset, newFlow(from, to, { protocol: protocol === 'tcp' ? 6 : 17, ...told }))
    for (const { comment } of found?.rules ?? []) hits.set(comment, (hits.get(comment) ?? 0) + 1)
  }
  return hits
}
