/** Made-up logs of programs' connections, in the shapes in which Sysmon, auditd and osquery write them. */

/** One connection that a program opened. */
export interface Opened {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly host: string
  readonly process: string
  readonly src: string
  readonly dst: string
  readonly port: number
  readonly protocol?: 'tcp' | 'udp'
  readonly user?: string
}

let serial = 1

const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;')
const stamp = (at: number) => new Date(at).toISOString()
const sourcePort = (at: number) => 49_152 + (Math.floor(at / 997) % 16_000)

export function sysmonXml(row: Opened): string {
  const { at, host, process, src, dst, port, protocol = 'tcp', user = 'EXAMPLE\\alice' } = row
  const data = (name: string, value: string | number) => `<Data Name='${name}'>${escaped(String(value))}</Data>`
  return (
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>" +
    "<Provider Name='Microsoft-Windows-Sysmon' Guid='{5770385F-C22A-43E0-BF4C-06F5698FFBD9}'/><EventID>3</EventID>" +
    `<Version>5</Version><TimeCreated SystemTime='${stamp(at)}'/><Channel>Microsoft-Windows-Sysmon/Operational</Channel>` +
    `<Computer>${host}</Computer></System><EventData>${data('RuleName', '-')}` +
    data('UtcTime', stamp(at).replace('T', ' ').slice(0, 23)) +
    data('Image', process) +
    data('User', user) +
    data('Protocol', protocol) +
    data('Initiated', 'true') +
    data('SourceIp', src) +
    data('SourcePort', sourcePort(at)) +
    data('DestinationIp', dst) +
    data('DestinationPort', port) +
    '</EventData></Event>'
  )
}

/** As Winlogbeat writes it. */
export function sysmonJson(row: Opened): string {
  const { at, host, process, src, dst, port, protocol = 'tcp', user = 'EXAMPLE\\alice' } = row
  return JSON.stringify({
    '@timestamp': stamp(at),
    winlog: {
      channel: 'Microsoft-Windows-Sysmon/Operational',
      provider_name: 'Microsoft-Windows-Sysmon',
      event_id: '3',
      computer_name: host,
      event_data: {
        UtcTime: stamp(at).replace('T', ' ').slice(0, 23),
        Image: process,
        User: user,
        Protocol: protocol,
        Initiated: 'true',
        SourceIp: src,
        SourcePort: String(sourcePort(at)),
        DestinationIp: dst,
        DestinationPort: String(port),
      },
    },
    event: { code: '3', provider: 'Microsoft-Windows-Sysmon' },
  })
}

/** Two records: the call, and whither. They do not tell the machine's own address. */
export function auditd(row: Opened): string {
  const { at, host, process, dst, port, protocol = 'tcp', user = '1000' } = row
  const id = `msg=audit(${(at / 1000).toFixed(3)}:${serial++})`
  const call = protocol === 'udp' ? 44 : 42
  const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0')
  const address = dst.split('.').map((part) => hex(Number(part), 2))
  const saddr = `0200${hex(port, 4)}${address.join('')}0000000000000000`
  return (
    `node=${host} type=SYSCALL ${id}: arch=c000003e syscall=${call} success=yes exit=0 a0=3 a1=7ffc a2=10 a3=0 items=0 ppid=10 ` +
    `pid=11 auid=${user} uid=${user} gid=1000 tty=pts0 ses=2 comm="${process.split('/').at(-1)?.slice(0, 15)}" exe="${process}" key="net"\n` +
    `node=${host} type=SOCKADDR ${id}: saddr=${saddr}`
  )
}

export function osquery(row: Opened): string {
  const { at, host, process, src, dst, port, protocol = 'tcp' } = row
  return JSON.stringify({
    name: 'pack_network_process_open_sockets',
    hostIdentifier: host,
    unixTime: Math.floor(at / 1000),
    columns: {
      family: '2',
      local_address: src,
      local_port: String(sourcePort(at)),
      name: process.split('/').at(-1),
      path: process,
      pid: '4242',
      protocol: protocol === 'udp' ? '17' : '6',
      remote_address: dst,
      remote_port: String(port),
      state: 'ESTABLISHED',
    },
    action: 'added',
  })
}

/** What the packet filter on the way wrote of it. */
export function filterLog(row: Opened): string {
  const time = new Date(row.at)
  const month = time.toLocaleString('en', { month: 'short', timeZone: 'UTC' })
  const clock = stamp(row.at).slice(11, 19)
  const day = String(time.getUTCDate()).padStart(2, ' ')
  return (
    `${month} ${day} ${clock} gate kernel: [1.0] FORWARD IN=eth0 OUT=eth1 SRC=${row.src} DST=${row.dst} LEN=60 TOS=0x00 ` +
    `PREC=0x00 TTL=63 ID=0 DF PROTO=TCP SPT=${sourcePort(row.at)} DPT=${row.port} WINDOW=64240 RES=0x00 SYN URGP=0`
  )
}

export const minute = 60e3
export const hour = 60 * minute
export const day = 24 * hour
/** A Monday. */
export const start = Date.parse('2026-11-02T00:00:00Z')

/** Web servers in no order. */
function visited(n: number): string {
  let x = Math.imul(n + 77, 0x9e3779b1)
  x = Math.imul(x ^ (x >>> 15), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return `198.51.100.${1 + ((x >>> 8) % 250)}`
}

/** A workstation's ordinary fortnight, one that is switched off at night and at weekends but for its backup. */
export function workstation(host: string, src: string, days = 14, from = start): Opened[] {
  const rows: Opened[] = []
  const add = (at: number, process: string, dst: string, port: number, protocol: 'tcp' | 'udp' = 'tcp') =>
    rows.push({ at, host, process, src, dst, port, protocol })
  for (let d = 0; d < days; d++) {
    const night = from + d * day
    add(night + 2 * hour, 'C:\\Program Files\\Backup\\agent.exe', '192.0.2.30', 9102)
    add(night + 2 * hour + 5000, 'C:\\Windows\\System32\\svchost.exe', '192.0.2.53', 53, 'udp')
    if (d % 7 > 4) continue
    for (let k = 0; k < 27; k++) {
      const at = night + 8 * hour + k * 20 * minute
      add(at, 'C:\\Windows\\System32\\svchost.exe', '192.0.2.53', 53, 'udp')
      add(at + 100, chrome('131.0.6778.86'), visited(27 * d + k), 443)
      add(at + 900, 'C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE', '192.0.2.25', 443)
      if (k % 9 === 0) {
        add(at + 2000, updater('1.3.36.372'), '203.0.113.140', 443)
        add(at + 2100, 'System', '192.0.2.20', 445)
        add(at + 2200, 'C:\\Windows\\System32\\lsass.exe', '192.0.2.10', 88)
        add(at + 2300, 'C:\\Windows\\System32\\lsass.exe', '192.0.2.10', 389)
        add(at + 2400, defender('4.18.24090.11-0'), '203.0.113.17', 443)
        add(at + 2500, 'C:\\Windows\\System32\\svchost.exe', '192.0.2.53', 123, 'udp')
        add(at + 2600, teams('24295.605.3225.8804'), `203.0.113.${82 + ((k * 41) % 97)}`, 3478, 'udp')
      }
    }
    if (d === 2) {
      for (const [k, dst] of ['192.0.2.40', '192.0.2.47', '192.0.2.33', '192.0.2.58'].entries()) {
        add(night + 15 * hour + k * 1000, 'C:\\Tools\\Payroll\\payroll.exe', dst, 1433)
      }
    }
  }
  return rows
}

export const chrome = (version: string) => `C:\\Users\\alice\\AppData\\Local\\Google\\Chrome\\${version}\\chrome.exe`
export const updater = (version: string) => `C:\\Program Files (x86)\\Google\\Update\\${version}\\GoogleUpdate.exe`
export const defender = (version: string) =>
  `C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\${version}\\MsMpEng.exe`
export const teams = (version: string) =>
  `C:\\Program Files\\WindowsApps\\MSTeams_${version}_x64__8wekyb3d8bbwe\\ms-teams.exe`

/** A server's ordinary fortnight. */
export function server(host: string, src: string, days = 14, from = start): Opened[] {
  const rows: Opened[] = []
  const add = (at: number, process: string, dst: string, port: number, protocol: 'tcp' | 'udp' = 'tcp') =>
    rows.push({ at, host, process, src, dst, port, protocol, user: '0' })
  for (let d = 0; d < days; d++) {
    const midnight = from + d * day
    for (let k = 0; k < 24; k++) {
      add(midnight + k * hour, '/usr/sbin/chronyd', '192.0.2.53', 123, 'udp')
      add(midnight + k * hour + 1000, '/usr/lib/postfix/sbin/smtp', `198.51.100.${100 + ((k + d) % 40)}`, 25)
      add(midnight + k * hour + 17 * minute, '/usr/bin/php8.2', '192.0.2.41', 5432)
    }
    add(midnight + 6 * hour, '/usr/lib/apt/methods/http', '203.0.113.9', 80)
    add(midnight + 6 * hour + 100, '/usr/lib/apt/methods/http', '192.0.2.53', 53, 'udp')
    add(midnight + 3 * hour, '/usr/bin/ssh', '192.0.2.30', 22)
    add(midnight + 4 * hour, '/usr/bin/curl', '198.51.100.77', 443)
  }
  return rows
}

/** A program that asks every address of our block for one port. */
export function sweep(host: string, src: string, process: string, at: number, port: number, spacing = 200): Opened[] {
  return Array.from({ length: 254 }, (_, k) => ({
    at: at + k * spacing,
    host,
    process,
    src,
    dst: `192.0.2.${k + 1}`,
    port,
  })).filter(({ dst }) => dst !== src)
}

/** The lines of rows, in order of time, as a log. */
export function logOf(write: (row: Opened) => string, rows: readonly Opened[]): string {
  return `${[...rows]
    .sort((a, b) => a.at - b.at)
    .map(write)
    .join('\n')}\n`
}
