/** Changes that a person reviews and carries out: Cisco ASA and AWS. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { block, change } from './target/change.ts'
import { never, openTarget, withFolder } from './target/open.ts'

const at = Date.parse('2026-11-22T04:00:00Z')
const host = block({ network: '203.0.113.7/32' })
const wide = block({ network: '198.51.100.0/22' })
const six = block({ network: '2001:db8:1::/64' })

/** What was handed over last, by file. */
function lastChange(folder: string): Record<string, string> {
  const directory = join(folder, 'state', 'changes')
  const name = readdirSync(directory).sort().at(-1) as string
  const files = readdirSync(join(directory, name))
  return Object.fromEntries(files.map((file) => [file, readFileSync(join(directory, name, file), 'utf8')]))
}

test('handed over: a folder for each change, the same for the same; what is there already stays as it is', async () => {
  await withFolder(async (folder) => {
    const target = await openTarget({ kind: 'cisco-asa' }, folder)
    const given = change({ add: [host], at })
    const first = await target.apply(given, never)
    assert.equal(first.outcome, 'handed-over')
    const directory = join(folder, 'state', 'changes')
    const [name = ''] = readdirSync(directory)
    assert.match(name, /^20261122T040000Z-[\da-f]{12}$/)
    assert.ok(first.detail.includes(name))
    writeFileSync(join(directory, name, 'change.txt'), 'with the remarks of a reviewer')
    await target.apply(given, never)
    assert.equal(lastChange(folder)['change.txt'], 'with the remarks of a reviewer')
    await target.apply(change({ remove: [host], at: at + 1000 }), never)
    assert.equal(readdirSync(directory).length, 2)
    assert.equal((await target.apply(change({ at }), never)).outcome, 'already')
  })
})

test('cisco-asa: shuns take single addresses; where an interface is named it is in the command', async () => {
  await withFolder(async (folder) => {
    const target = await openTarget({ kind: 'cisco-asa', by: 'shun', interface: 'outside' }, folder)
    assert.equal(target.can.v6, false)
    await assert.rejects(target.apply(change({ add: [wide], at }), never), {
      code: 'target',
      message: /single addresses/,
    })
    await target.apply(change({ add: [host], remove: [block({ network: '203.0.113.8/32' })], at }), never)
    const text = lastChange(folder)['change.txt'] as string
    const commands = text.split('\n').filter((line) => line !== '' && !line.startsWith('!'))
    assert.deepEqual(commands, ['shun 203.0.113.7 interface outside', 'no shun 203.0.113.8 interface outside'])
    assert.match(text, /^! {4}no shun 203\.0\.113\.7 interface outside$/m)
    assert.doesNotMatch(text, /write memory|configure terminal/)
  })
})

test('cisco-asa: a network that another plan keeps out is not taken away', async () => {
  await withFolder(async (folder) => {
    const target = await openTarget({ kind: 'cisco-asa' }, folder)
    const other = block({ ...host, plan: 'abcdef' })
    await target.apply(change({ remove: [host, wide], desired: [other], at }), never)
    const text = lastChange(folder)['change.txt'] as string
    assert.match(text, /^ no network-object 198\.51\.100\.0 255\.255\.252\.0$/m)
    assert.doesNotMatch(text, /203\.0\.113\.7/)
  })
})

const shownGroup = `: Saved
ASA Version 9.16(4)
object-group network OTHER
 network-object host 192.0.2.1
object-group network SWEEPWATCH
 description kept by Sweepwatch
 network-object host 192.0.2.255
 network-object host 203.0.113.7
 network-object 198.51.100.0 255.255.252.0
 network-object 2001:db8:1::/64
 network-object host 2001:db8:2::1
 network-object object SERVER
 group-object OTHER
 network-object 203.0.113.0 255.0.255.0
object-group service WEB tcp
 port-object eq www
 network-object host 192.0.2.2
access-list OUTSIDE_IN extended deny ip object-group SWEEPWATCH any log
`

test('cisco-asa: a saved output of the group is read as the listing', async () => {
  await withFolder(async (folder) => {
    const shown = join(folder, 'shown.txt')
    const target = await openTarget({ kind: 'cisco-asa', shown }, folder)
    assert.equal(target.can.list, true)
    await assert.rejects(target.list(never), { code: 'target', hint: /Save the output/ })
    writeFileSync(shown, shownGroup.replaceAll('\n', '\r\n'))
    const { intact, entries, strange } = await target.list(never)
    assert.equal(intact, true)
    assert.deepEqual(
      entries.map(({ network }) => network),
      ['192.0.2.255/32', '203.0.113.7/32', '198.51.100.0/22', '2001:db8:1::/64', '2001:db8:2::1/128'],
    )
    assert.deepEqual(strange, ['3 members that are objects or groups'])
    writeFileSync(shown, 'object-group network OTHER\n network-object host 192.0.2.1\n')
    assert.deepEqual(await target.list(never), { intact: false, entries: [], strange: [] })
  })
})

test('cisco-asa: shuns are read with their counts, whichever of both outputs was saved', async () => {
  await withFolder(async (folder) => {
    const shown = join(folder, 'shown.txt')
    const target = await openTarget({ kind: 'cisco-asa', by: 'shun', shown }, folder)
    writeFileSync(
      shown,
      [
        'asa# show shun',
        'shun (outside) 203.0.113.7 0.0.0.0 0 0 0',
        'Shun 203.0.113.8 0.0.0.0 0 0',
        'asa# show shun statistics',
        'outside=ON, cnt=42',
        'Shun 203.0.113.7 cnt=42, time=(0:05:52)',
        'shun (outside) 999.1.1.1 0.0.0.0 0 0 0',
      ].join('\n'),
    )
    const { entries } = await target.list(never)
    assert.deepEqual(
      entries.map(({ network, dropped }) => [network, dropped]),
      [
        ['203.0.113.7/32', 42],
        ['203.0.113.8/32', null],
      ],
    )
  })
})

const id = 'acl-0123456789abcdef0'
const set = (name: string) => ({ name, id: '0a1b2c3d-0000-4000-8000-000000000001' })

test('aws: a rule keeps its number, from the change that makes it to the one that takes it away', async () => {
  await withFolder(async (folder) => {
    const settings = { kind: 'aws', networkAcl: { id, from: 10, to: 12 } }
    const target = await openTarget(settings, folder)
    await target.apply(change({ add: [host, wide], at }), never)
    assert.deepEqual(Object.keys(lastChange(folder)), [
      'change.txt',
      'create-ingress-10.json',
      'create-ingress-11.json',
    ])
    // Another process takes the first away, and gives its number anew.
    const other = await openTarget(settings, folder)
    await other.apply(change({ add: [six], remove: [host], desired: [wide, six], at: at + 1000 }), never)
    const files = lastChange(folder)
    assert.deepEqual(JSON.parse(files['create-ingress-10.json'] as string), {
      NetworkAclId: id,
      RuleNumber: 10,
      Protocol: '-1',
      RuleAction: 'deny',
      Egress: false,
      Ipv6CidrBlock: '2001:db8:1::/64',
    })
    const run = (files['change.txt'] as string).split('\n').filter((line) => /^aws ec2 (create|delete)/.test(line))
    assert.deepEqual(run, [
      `aws ec2 delete-network-acl-entry --network-acl-id ${id} --rule-number 10 --ingress`,
      'aws ec2 create-network-acl-entry --cli-input-json file://create-ingress-10.json',
    ])
    assert.match(files['change.txt'] as string, /^# aws ec2 create.*undo-create-ingress-10\.json$/m)
    assert.equal(JSON.parse(files['undo-create-ingress-10.json'] as string).CidrBlock, '203.0.113.7/32')
  })
})

test('aws: more rules than the range or the quota has are refused whole', async () => {
  for (const networkAcl of [
    { id, from: 10, to: 12 },
    { id, from: 10, to: 100, mostRules: 3 },
  ])
    await withFolder(async (folder) => {
      const target = await openTarget({ kind: 'aws', networkAcl }, folder)
      const four = [1, 2, 3, 4].map((last) => block({ network: `203.0.113.${last}/32` }))
      await assert.rejects(target.apply(change({ add: four, at }), never), {
        code: 'target',
        message: /no rule number is left/,
      })
      assert.throws(() => readdirSync(join(folder, 'state', 'changes')))
      // Directions are counted apart.
      const outwards = four.slice(0, 3).map((each) => ({ ...each, direction: 'both' as const }))
      await target.apply(change({ add: outwards, at }), never)
      assert.equal(Object.keys(lastChange(folder)).length, 7)
      const ports = block({ network: '203.0.113.9/32', ports: [22], protocol: 'tcp', direction: 'out' })
      await assert.rejects(target.apply(change({ add: [ports], at }), never), { message: /our ports on the way out/ })
    })
})

test('aws: IP sets are whole lists, IPv4 and IPv6 apart, without a lock token', async () => {
  await withFolder(async (folder) => {
    const ipSets = { scope: 'CLOUDFRONT', v4: set('four'), v6: set('six') }
    const target = await openTarget({ kind: 'aws', ipSets }, folder)
    assert.deepEqual([target.can.ports, target.can.direction, target.can.v6], [false, false, true])
    await target.apply(change({ add: [host], remove: [wide], desired: [host, six], at }), never)
    const files = lastChange(folder)
    assert.deepEqual(Object.keys(files), ['change.txt', 'ip-set-v4.json', 'undo-ip-set-v4.json'])
    assert.deepEqual(JSON.parse(files['ip-set-v4.json'] as string), {
      Name: 'four',
      Scope: 'CLOUDFRONT',
      Id: set('').id,
      Addresses: ['203.0.113.7/32'],
    })
    assert.deepEqual(JSON.parse(files['undo-ip-set-v4.json'] as string).Addresses, ['198.51.100.0/22'])
    assert.match(
      files['change.txt'] as string,
      /^aws wafv2 update-ip-set --region us-east-1 .*--lock-token "\$\(aws wafv2 get-ip-set/m,
    )
  })
})

test('aws: 10,000 addresses fit into an IP set, and not one more', async () => {
  await withFolder(async (folder) => {
    const target = await openTarget({ kind: 'aws', ipSets: { v4: set('four') } }, folder)
    const many = Array.from({ length: 10_001 }, (_, i) => block({ network: `198.18.${i >> 8}.${i & 255}/32` }))
    await assert.rejects(target.apply(change({ add: many, at }), never), {
      code: 'target',
      message: /10,001 addresses/,
    })
    await target.apply(change({ add: many.slice(1), at }), never)
    assert.equal(JSON.parse(lastChange(folder)['ip-set-v4.json'] as string).Addresses.length, 10_000)
    assert.equal(target.can.v6, false)
  })
})

test('aws: what a person is told to run is words and documents of ours only', async () => {
  await withFolder(async (folder) => {
    const settings = { kind: 'aws', networkAcl: { id, from: 10, to: 20 }, ipSets: { v4: set('four'), v6: set('six') } }
    const target = await openTarget(settings, folder)
    await target.apply(change({ add: [host, wide, six], at }), never)
    for (const line of (lastChange(folder)['change.txt'] as string).split('\n'))
      assert.match(
        line,
        /^$|^# [\w ,.:/()?-]+$|^(?:# )?aws [\w ./:-]+(?: --lock-token "\$\(aws [\w -]+\)")?$|^# [\w ,.:'?-]+$/,
      )
  })
})
