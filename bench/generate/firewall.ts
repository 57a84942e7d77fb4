import { Random } from '../random.ts'
import type { Output } from './output.ts'

/** What a busy edge firewall logs: connections and translations of our clients, visitors of our servers, and scans. */

const start = Date.UTC(2026, 10, 22) / 1000
/** Lines a second of the device's clock: a firewall of a few thousand people. */
const perSecond = 1500
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const two = (value: number) => String(value).padStart(2, '0')
const outside = (random: Random) =>
  `${1 + random.below(223)}.${random.below(256)}.${random.below(256)}.${1 + random.below(254)}`
const client = (random: Random) => `10.${20 + random.below(4)}.${random.below(256)}.${1 + random.below(254)}`
const services = [443, 443, 443, 443, 80, 53, 22, 993, 8443, 123]
const scanned = [22, 23, 80, 443, 445, 1433, 3306, 3389, 5900, 6379, 8080]

function clock(second: number): string {
  const date = new Date((start + second) * 1000)
  return `${months[date.getUTCMonth()]} ${two(date.getUTCDate())} ${date.getUTCFullYear()} ${iso(date)}`
}

const iso = (date: Date) => `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`

/** Shares as on a real device at level 6: of ten lines four Built, four Teardown (half of both with their translation), one Deny. */
export function writeAsa(output: Output, lines: number): void {
  const random = new Random(7)
  const pending: string[] = []
  let id = 1_000_000
  let stamp = ''
  for (let line = 0; line < lines; ) {
    if (line % perSecond < 8) stamp = clock(Math.floor(line / perSecond))
    const emit = (level: number, code: number, text: string) => {
      output.text(`<${160 + level}>${stamp} edge-fw1 : %ASA-${level}-${code}: ${text}\n`)
      line++
    }
    if (random.chance(0.12)) {
      const acl = random.chance(0.8) ? 'outside_access_in' : 'dmz_access_in'
      const from = `${outside(random)}/${1024 + random.below(64000)}`
      const to = `198.18.${random.below(4)}.${random.below(256)}/${scanned[random.below(scanned.length)]}`
      emit(4, 106023, `Deny tcp src outside:${from} dst dmz:${to} by access-group "${acl}" [0x71761f18, 0x0]`)
      continue
    }
    const ours = `${client(random)}/${1024 + random.below(64000)}`
    const mapped = `198.51.100.${1 + random.below(8)}/${1024 + random.below(64000)}`
    const theirs = `${outside(random)}/${services[random.below(services.length)]}`
    const isUdp = random.chance(0.3)
    const name = isUdp ? 'UDP' : 'TCP'
    id++
    if (random.chance(0.25))
      emit(6, 305011, `Built dynamic ${name} translation from inside:${ours} to outside:${mapped}`)
    emit(
      6,
      isUdp ? 302015 : 302013,
      `Built outbound ${name} connection ${id} for outside:${theirs} (${theirs}) to inside:${ours} (${mapped})`,
    )
    const seconds = random.below(300)
    const why = isUdp
      ? ''
      : random.chance(0.1)
        ? ' SYN Timeout'
        : random.chance(0.3)
          ? ' TCP Reset-I from inside'
          : ' TCP FINs from outside'
    const took = `0:${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`
    const end = `Teardown ${name} connection ${id} for outside:${theirs} to inside:${ours} duration ${took} bytes ${random.below(90000)}${why}`
    pending.push(end)
    if (pending.length < 2000) continue
    const at = random.below(pending.length)
    const text = pending[at] as string
    pending[at] = pending[pending.length - 1] as string
    pending.pop()
    emit(6, text.startsWith('Teardown UDP') ? 302016 : 302014, text)
  }
}

/** The default form of PAN-OS 10 and 11: 115 fields, most of the later ones empty. */
export function writePanos(output: Output, lines: number): void {
  const random = new Random(8)
  const apps = ['ssl', 'web-browsing', 'dns', 'ntp', 'incomplete', 'ms-update', 'google-base', 'quic-base']
  const devices = ',,,,,,,,,,,,,,,,,,,,,,,,,'
  for (let line = 0; line < lines; line++) {
    const date = new Date((start + Math.floor(line / perSecond)) * 1000)
    const stamp = `2026/11/22 ${iso(date)}`
    const seconds = random.below(200)
    const began = `2026/11/22 ${iso(new Date(date.getTime() - seconds * 1000))}`
    const isDenied = random.chance(0.15)
    const app = isDenied ? 'not-applicable' : (apps[random.below(apps.length)] as string)
    const isBare = isDenied || app === 'incomplete'
    const from = isDenied ? outside(random) : client(random)
    const to = isDenied ? `198.18.${random.below(4)}.${random.below(256)}` : outside(random)
    const port = isDenied ? scanned[random.below(scanned.length)] : services[random.below(services.length)]
    const packets = isBare ? 1 : 2 + random.below(60)
    const back = isBare ? 0 : 1 + random.below(80)
    const head = `1,${stamp},012345678901,TRAFFIC,${isDenied ? 'drop' : 'end'},2561,${stamp},${from},${to},${isDenied ? '0.0.0.0' : '198.51.100.1'},${isDenied ? '0.0.0.0' : to}`
    const rule = `${isDenied ? 'interzone-default' : 'clients to internet'},,,${app},vsys1,${isDenied ? 'untrust,dmz' : 'trust,untrust'},ethernet1/2,ethernet1/1,to-siem`
    const ports = `${stamp},${1 + random.below(2_000_000)},1,${1024 + random.below(64000)},${port},${1024 + random.below(64000)},${port},0x400053,${app === 'dns' || app === 'ntp' ? 'udp' : 'tcp'},${isDenied ? 'deny' : 'allow'}`
    const counts = `${packets * 74 + back * 900},${packets * 74},${back * 900},${packets + back},${began},${isDenied ? 0 : seconds},any,,${7_000_000_000 + line},0x8000000000000000,10.0.0.0-10.255.255.255,United States,,${packets},${back}`
    const reason = isDenied ? 'policy-deny' : isBare ? 'aged-out' : 'tcp-fin'
    const tail = `0,0,0,0,,edge-pa1,from-policy,,,0,,0,,N/A,0,0,0,0,3a7f0a52-6f5b-4a30-8c1e-2f6f0f5c9a11,0,0,,,,,${devices},,,,`
    const fine = `2026-11-22T${iso(date)}.${String(random.below(1000)).padStart(3, '0')}+00:00,,,internet-utility,general-internet,browser-based,4,"used-by-malware,able-to-transfer-file,has-known-vulnerability",,${app},no,no,0`
    output.text(`<14>Nov 22 ${iso(date)} edge-pa1 ${head},${rule},${ports},${counts},${reason},${tail},${fine}\n`)
  }
}
