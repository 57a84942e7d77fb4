import { between, chance, count, duration, listed, percent, ranges, several, span } from '../base/quantity.ts'
import type { Method, OrderKind, Scan, Summary } from '../detect/finding.ts'

/** The sentences about a scan that every readable report shares. Plain text: the caller escapes it for its medium. */

const methodNames: Readonly<Record<Method, string>> = {
  'tcp-syn': 'TCP SYN (half-open)',
  'tcp-connect': 'full TCP connections',
  'tcp-fin': 'TCP FIN',
  'tcp-null': 'TCP NULL (no flags)',
  'tcp-xmas': 'TCP Xmas (FIN+PSH+URG)',
  'tcp-ack': 'TCP ACK',
  'tcp-maimon': 'TCP FIN+ACK (Maimon)',
  udp: 'UDP',
  'icmp-echo': 'ICMP echo (ping)',
  'icmp-timestamp': 'ICMP timestamp',
  'icmp-mask': 'ICMP address mask',
  'icmp6-echo': 'ICMPv6 echo (ping)',
  arp: 'ARP',
  ndp: 'IPv6 neighbour discovery',
  sctp: 'SCTP',
  'ip-protocol': 'IP protocols',
  banner: 'banners taken',
  'dns-ptr': 'reverse DNS names (PTR)',
  'dns-axfr': 'DNS zone transfer (AXFR, IXFR)',
  'dns-enumeration': 'DNS host names tried',
  unknown: 'method not visible in these logs',
}

export function methodText(scan: Scan): string {
  return scan.methods.map((method) => methodNames[method]).join(', ')
}

/** `192.0.2.10 swept all 256 addresses of 192.0.2.0/24 for tcp/80 in 7.1 s.` */
export function headline(scan: Scan): string {
  const took = between(scan.first, scan.last)
  const time = took < 1 ? 'at one moment' : `in ${duration(took)}`
  return `${who(scan)} ${deed(scan)} ${time}.`
}

function who(scan: Scan): string {
  const [first = 'an unknown source'] = scan.sources
  const lead = scan.prefix && !first.includes('/') ? `${first} (holding ${scan.prefix})` : first
  if (scan.distributed) return `${several(scan.sources.length, 'source')} together, led by ${lead},`
  return scan.sources.length > 1 ? `${lead} (with ${several(scan.sources.length - 1, 'more source')})` : lead
}

function deed(scan: Scan): string {
  const { addresses, ports } = scan.targets
  const where = blocksText(scan, 3)
  const zones = listed(scan.zones ?? [], 3)
  const [method] = scan.methods
  if (method === 'dns-ptr') {
    const isTree = scan.targets.coverage === 0
    return isTree
      ? `asked for ${several(scan.probes, 'branch', 'branches')} of the reverse tree of ${where}`
      : `asked for the names of ${covered(scan)} of ${where}`
  }
  if (method === 'dns-axfr') return `asked for a copy of ${zones}`
  if (method === 'dns-enumeration') return `tried ${several(scan.probes, 'host name')} in ${zones}`
  if (scan.shape === 'vertical') {
    const what =
      scan.methods[0] === 'ip-protocol'
        ? several(scan.targets.protocols.length, 'IP protocol')
        : several(Math.max(1, ports.length), 'port')
    return `tried ${what} of ${addresses > 1 ? `${several(addresses, 'host')} in ` : ''}${where}`
  }
  if (scan.shape === 'block')
    return `tried ${several(ports.length, 'port')} on ${several(addresses, 'address', 'addresses')} of ${where}`
  return `swept ${covered(scan)} of ${where} for ${service(scan)}`
}

/** The scanned blocks; one that is a single host is written as the host. */
export function blocksText({ targets }: Scan, most: number): string {
  return listed(
    targets.blocks.map((block) => block.replace(block.includes(':') ? /\/128$/ : /\/32$/, '')),
    most,
  )
}

function covered(scan: Scan): string {
  const { addresses, coverage } = scan.targets
  const all = coverage >= 1 && addresses > 1 ? 'all ' : ''
  return `${all}${several(addresses, 'address', 'addresses')}`
}

/** `tcp/80`, `tcp/22, 80-82`, `icmp`. */
export function service(scan: Scan): string {
  const protocols = scan.targets.protocols.join('+') || 'an unknown protocol'
  return scan.targets.ports.length === 0 ? protocols : `${protocols}/${ranges(scan.targets.ports, 6)}`
}

const orderText: Readonly<Record<OrderKind, string>> = {
  sequential: 'one after the other, upwards',
  reverse: 'one after the other, downwards',
  strided: 'in constant steps',
  permuted: 'in the permutation of a cyclic group, as ZMap does',
  random: 'at random',
  unknown: 'in no order that could be told',
}

function orderSentence({ order }: Scan): string {
  const proof =
    order.kind === 'unknown' || order.kind === 'random' ? '' : ` (chance of that by accident: ${chance(order.p)})`
  return `Targets were taken ${orderText[order.kind]}${proof}.`
}

function toolSentence({ tool }: Scan): string {
  return tool
    ? `Tool: ${tool.name}, because ${tool.because}.`.replace(/\.\.$/, '.')
    : 'Tool: no known fingerprint matched.'
}

function detectionSentence(scan: Scan): string {
  const took = between(scan.first, scan.detected)
  const after = took < 1 ? 'within a millisecond' : `in ${duration(took)}`
  const known =
    scan.knowledge === 'causal' ? 'using only what had been seen by then' : 'knowing the whole input (a second pass)'
  return `Decided after ${several(scan.probesToDetect, 'target')}, ${after}, ${known}.`
}

export function timeSentence(scan: Scan): string {
  return `${span(scan.first, scan.last)}, ${several(scan.probes, 'probe')}, ${scan.direction}.`
}

export function spoofSentence({ spoofable }: Scan): string {
  if (spoofable === null) return 'These logs cannot show whether the source address is genuine.'
  return spoofable
    ? 'The source address may be forged: nothing shows that the source receives our answers.'
    : 'The source address is genuine: the source acted on answers that only its owner receives.'
}

export function backgroundSentence({ background, direction }: Scan): string | undefined {
  // What one of our own hosts does is no background radiation in any case.
  if (background === null || direction !== 'inbound') return undefined
  return background
    ? 'Internet background radiation rather than aimed at us.'
    : 'Aimed at us, not Internet background radiation.'
}

export function outcomeSentence(scan: Scan): string {
  const { established, refused, unanswered, blocked, unknown } = scan.outcomes
  const parts = [
    [established, 'answered'],
    [refused, 'refused'],
    [blocked, 'blocked'],
    [unanswered, 'silent'],
    [unknown, 'not visible'],
  ] as const
  const said = parts.filter(([number]) => number > 0).map(([number, word]) => `${count(number)} ${word}`)
  const pending = scan.pending > 0 ? ` (${count(scan.pending)} still open when the input ended)` : ''
  return said.length === 0 ? 'no outcome seen' : `${said.join(', ')}${pending}`
}

/** How much of the block was touched, as a clause; nothing for a single host or where it is not known. */
export function coverageText({ targets }: Scan): string {
  if (targets.addresses <= 1 || !(targets.coverage > 0)) return ''
  return `${percent(targets.coverage)} of the block touched`
}

/** `192.0.2.0/24 (given with --net)`. */
export function networksText({ net }: Summary): string {
  const origin = {
    option: 'given with --net',
    config: 'from the configuration',
    inferred: 'inferred from the traffic; give --net to be sure',
    unknown: 'not known and not inferable; give --net',
  }[net.from]
  return net.blocks.length === 0 ? origin : `${listed(net.blocks, 5)} (${origin})`
}

/** Everything that answered, grouped by service, the most common first: `tcp/80` -> addresses. */
export function openByService(scan: Scan): readonly (readonly [string, readonly string[]])[] {
  const groups = new Map<string, string[]>()
  for (const { address, port, protocol } of scan.open) {
    const name = port > 0 ? `${protocol}/${port}` : protocol
    const group = groups.get(name)
    if (group) group.push(address)
    else groups.set(name, [address])
  }
  return [...groups].sort((a, b) => b[1].length - a[1].length || a[0].localeCompare(b[0], 'en'))
}

/**
 * Sentences of `because` that say what the reports show in another form: the headline, the bars, the outcomes, the facts.
 * One that no pattern knows is shown, rather twice than not at all; `test/report.test.ts` holds them against the detector's.
 */
const shownElsewhere = [
  / probed .* by [\w, -]+\.$/,
  /^At the decision the score stood at/,
  /^The addresses were visited in/,
  /^The packets are those of/,
  /^Of [\d,]+ probes/,
  /^Nothing shows that the source/,
  /^These logs cannot show/,
  /had no answer yet when the input ended/,
]

/** How the verdict is known, in sentences: when it was decided, order, tool, and what else speaks for it. */
export function reasonSentences(scan: Scan): readonly string[] {
  const further = scan.because.filter((sentence) => !shownElsewhere.some((pattern) => pattern.test(sentence)))
  return [detectionSentence(scan), orderSentence(scan), toolSentence(scan), ...further]
}
