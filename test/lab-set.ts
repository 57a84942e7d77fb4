import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import type { Analysis } from '../src/case/analysis.ts'
import type { Method, OrderKind, Shape } from '../src/detect/finding.ts'
import { analyze } from '../src/pipeline/analyze.ts'

/** What is known of a lab capture by how it was made (fixtures/lab/README.md). */
export interface Truth {
  readonly name: string
  readonly shape: 'sweep' | 'horizontal' | 'vertical' | 'block' | 'distributed' | 'killchain' | 'none'
  readonly expected_verdict: 'scan' | 'benign'
  readonly scanner_ips: readonly string[]
  readonly decoy_ips?: readonly string[]
  readonly commands: readonly { readonly cmd: string }[]
}

export interface LabInput {
  readonly name: string
  readonly path: string
  readonly kind: 'packets' | 'firewall log'
  readonly truth: Truth
}

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const shared = join(root, '../shared/data/lab')

/** Our networks in every lab capture. */
export const labNetworks = ['192.0.2.0/24', '198.18.0.0/20', '10.10.0.0/24', '10.20.0.0/24', '2001:db8:1::/64']

/** Every capture and firewall log where the whole set is at hand, else those kept as fixtures. */
export const labInputs: readonly LabInput[] = inputs(
  existsSync(shared) ? [join(shared, 'captures'), join(shared, 'firewall-log')] : [join(root, 'fixtures/lab')],
)

function inputs(folders: readonly string[]): LabInput[] {
  const truths = new Map(
    folders
      .flatMap((folder) => globSync(join(folder, '*.truth.json')))
      .map((path) => [basename(path, '.truth.json'), JSON.parse(readFileSync(path, 'utf8')) as Truth]),
  )
  return folders
    .flatMap((folder) => globSync(join(folder, '*.{pcap,pcap.gz,fw.log.gz}')))
    .sort()
    .map((path) => {
      const name = basename(path).replace(/\..*/, '')
      const kind = path.endsWith('.log.gz') ? 'firewall log' : 'packets'
      const truth = truths.get(name)
      if (truth === undefined) throw new Error(`${name} has no truth file`)
      return { name, path, kind, truth }
    })
}

/** The bytes that evidence points into: decompressed. */
export function labBytes(input: LabInput): Buffer {
  const file = readFileSync(input.path)
  return input.path.endsWith('.gz') ? gunzipSync(file) : file
}

export function analyzeLab(input: LabInput, given: boolean): Promise<Analysis> {
  return analyze({ paths: [input.path], ...(given ? { net: labNetworks } : {}) })
}

/** Everyone a scan accuses: its sources and those it calls decoys. */
export function accusedBy(analysis: Analysis): string[] {
  return analysis.scans.flatMap(({ scan }) => [...scan.sources, ...scan.decoys])
}

export function expectedShape(truth: Truth): Shape | undefined {
  if (truth.shape === 'distributed') return undefined
  return truth.shape === 'vertical' || truth.shape === 'block' ? truth.shape : 'horizontal'
}

const discovery: readonly Method[] = ['icmp-echo', 'icmp-timestamp', 'tcp-syn', 'tcp-ack']
const scanTypes: Readonly<Record<string, Method>> = {
  S: 'tcp-syn',
  T: 'tcp-connect',
  F: 'tcp-fin',
  X: 'tcp-xmas',
  M: 'tcp-maimon',
  U: 'udp',
  O: 'ip-protocol',
}

/** Methods that must be named, and those that may be besides. */
export interface ExpectedMethods {
  readonly must: readonly Method[]
  readonly may: readonly Method[]
}

/** Methods by the command that scanned (nmap's own manual for what its options send). */
export function expectedMethods(input: LabInput): ExpectedMethods {
  const command = scanCommand(input.truth)
  if (!command.startsWith('nmap'))
    return { must: [/ -1 |icmp_echoscan/.test(command) ? 'icmp-echo' : 'tcp-syn'], may: [] }
  if (/ -sn\b/.test(command)) return { must: / -PE\b/.test(command) ? ['icmp-echo'] : discovery, may: [] }
  const type = scanTypes[/ -s([SFTXMUO])\b/.exec(command)?.[1] ?? 'S'] as Method
  const alive = command.includes(' -Pn') ? [] : discovery
  // A firewall's first-packet log cannot show that a handshake was completed, nor what was said after it.
  if (input.kind === 'firewall log')
    return { must: [...new Set([type === 'tcp-connect' ? 'tcp-syn' : type, ...alive])], may: [] }
  const asks = command.includes(' -sV')
  const may: Method[] = asks ? ['tcp-connect'] : input.truth.shape === 'killchain' ? ['banner'] : []
  return { must: [...new Set([type, ...alive, ...(asks ? (['banner'] as const) : [])])], may }
}

/** The tool where packets can show it: not for connect scans (the kernel's packets), nor for hping3's pings. */
export function expectedTool(truth: Truth): string | null | undefined {
  const command = scanCommand(truth)
  if (command.startsWith('hping3')) return command.includes(' -1 ') ? undefined : 'hping3'
  if (command.includes(' -sT ')) return null
  return command.split(' ', 1)[0]
}

export function expectedOrders(name: string): readonly OrderKind[] | undefined {
  if (name === 'nmap_sequential') return ['sequential']
  if (name === 'nmap_reverse_stride') return ['strided', 'reverse']
  if (name.startsWith('zmap')) return ['permuted']
  return name.includes('masscan') ? ['random'] : undefined
}

function scanCommand(truth: Truth): string {
  const command = truth.commands.find(({ cmd }) => /^(nmap|masscan|zmap|hping3) /.test(cmd))
  if (command === undefined) throw new Error(`${truth.name}: no scanning command`)
  return command.cmd
}
