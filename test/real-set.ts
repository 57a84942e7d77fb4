import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Other people's data, which is never copied: it is read where it is at hand. */
export const realFolder = join(dirname(fileURLToPath(import.meta.url)), '../../shared/data/real')
export const realAbsent = existsSync(realFolder) ? false : '../shared/data/real is not there'

export interface RealCase {
  readonly file: string
  /** null: nothing is claimed about it. */
  readonly expect_alert: boolean | null
  readonly kind: string
  readonly scanners: string
  readonly targets: string
}

const ground = join(realFolder, 'ground-truth.json')

/** The cases in formats that are read here; pfSense logs are not. */
export const realCases: readonly RealCase[] = realAbsent
  ? []
  : (JSON.parse(readFileSync(ground, 'utf8')) as RealCase[]).filter((one) => !/pf-scan-multi-port/.test(one.file))

export const realBenign: readonly string[] = realAbsent
  ? []
  : globSync('g2_benign/*.{pcap,pcapng}', { cwd: realFolder }).sort()

/** The addresses among the words that say who scanned. */
export function scannersOf(one: RealCase): string[] {
  return one.scanners.match(/\d+\.\d+\.\d+\.\d+/g) ?? []
}

export interface ExternalSource {
  readonly ports: number
  readonly connections: number
}

export const internetHost = 'g3_labelled/rita_internet_host'

/** Who contacted the Internet-facing host on its day, with how many distinct ports (counted from the same rows). */
export function externalSources(): Map<string, ExternalSource> {
  const table = readFileSync(join(realFolder, internetHost, 'derived_sources_2024-04-19.tsv'), 'utf8')
  const rows = table
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
  return new Map(rows.map((cells) => [cells[0]!, { connections: Number(cells[1]), ports: Number(cells[2]) }]))
}

/** Others than the named scanners who do scan in the same file, as a count of its rows shows. */
export const alsoScanning: Readonly<Record<string, readonly string[]>> = {
  // Nine refused ports inbound while the named host scans outbound.
  'g2_scans/lugi_nmap_udp_scan.pcap': ['78.128.114.82'],
  // Sixteen ports each; upstream expects an overflow of the second, the first is on its allowlist.
  'g1_parsers/crowdsec_hub/iptables-scan-multi-port/iptables-scan-multi-port.log': ['127.0.0.1', '127.0.0.2'],
  // "and a long tail": each tries at least ten ports of the one exposed host.
  'g3_labelled/slips/slips_test6.eve.json': ['193.57.40.49', '78.128.113.250', '45.143.203.12', '45.129.137.241'],
}
