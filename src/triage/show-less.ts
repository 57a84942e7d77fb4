import { listed, ranges, several } from '../base/quantity.ts'
import type { Case, LearnedService } from '../case/case.ts'

/** Ports that hardly anybody has to reach from outside: administration, databases, file sharing, container and device interfaces. */
const inner: Readonly<Record<number, string>> = {
  23: 'Telnet',
  135: 'Windows RPC',
  139: 'NetBIOS',
  445: 'Windows file sharing',
  1433: 'SQL Server',
  2375: 'Docker without a password',
  3306: 'MySQL',
  3389: 'remote desktop',
  5432: 'PostgreSQL',
  5900: 'VNC',
  5985: 'Windows remote management',
  5986: 'Windows remote management',
  6379: 'Redis',
  9200: 'Elasticsearch',
  11211: 'memcached',
  27017: 'MongoDB',
}

/** A banner that names a version; the protocol's own, as in a status line, is none. */
const versioned = /^(?!HTTP\/)(?:SSH-\d\.\d-)?.*\d+\.\d+/

/** What a scan learned of us, and how the next one would learn less (mitigation M1056, requirement C6). */
export function showLess({ scans, triage }: Case): string[] {
  const outside = scans.map(({ scan }) => scan).filter(({ direction }) => direction === 'inbound')
  const services = learned(
    triage?.touched.flatMap(({ answered }) => answered) ?? [],
    outside.flatMap(({ open }) => open),
  )
  const advice: string[] = []
  for (const [port, name] of Object.entries(inner)) {
    const hosts = services.filter((service) => service.port === Number(port)).map(({ address }) => address)
    if (hosts.length > 0)
      advice.push(
        `${name} (port ${port}) answers on ${listed(hosts)}: close it to the outside, or put it behind a VPN.`,
      )
  }
  const talkative = services.filter(({ banner }) => banner !== null && versioned.test(banner))
  if (talkative.length > 0) {
    const said = talkative.slice(0, 4).map(({ address, port, banner }) => `${address}:${port} says "${banner}"`)
    advice.push(
      `${several(talkative.length, 'service')} told software and version: ${listed(said)}. Shorten the banners.`,
    )
  }
  const refused = outside.reduce((sum, { outcomes }) => sum + outcomes.refused, 0)
  if (refused > 0) {
    advice.push(
      `${several(refused, 'probe')} were refused: that shows which systems live. A filter that drops silently shows nothing.`,
    )
  }
  const pings = outside.some(
    ({ methods, open }) => methods.some(isPing) && open.some(({ protocol }) => protocol.startsWith('icmp')),
  )
  if (pings) advice.push('Systems answered pings from outside: answer only where monitoring from outside needs it.')
  const ports = [...new Set(services.map(({ port }) => port))].filter((port) => port > 0)
  if (ports.length > 0)
    advice.push(`Every other port that must answer (${ranges(ports)}): does it have to answer the whole world?`)
  return advice.length > 0 ? advice : ['Nothing answered: this scan learned nothing of us but that.']
}

function isPing(method: string): boolean {
  return method.startsWith('icmp')
}

/** Those of `told` that answered from outside, with their banners. */
function learned(
  told: readonly LearnedService[],
  open: readonly { readonly address: string; readonly port: number; readonly protocol: string }[],
): LearnedService[] {
  const services = new Map<string, LearnedService>()
  for (const each of open) services.set(`${each.address} ${each.protocol} ${each.port}`, { ...each, banner: null })
  for (const each of told) {
    const key = `${each.address} ${each.protocol} ${each.port}`
    if (services.has(key)) services.set(key, each)
  }
  return [...services.values()]
}
