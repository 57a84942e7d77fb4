import type { EventBatch } from '../event/batch.ts'
import { Names } from '../event/names.ts'
import { settlePairs } from '../event/openings.ts'
import { Syslog } from '../framing/syslog.ts'
import { sniffLines } from './claim.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'
import { Clock } from './palo-alto/clock.ts'
import { findLog, Log, typeAt } from './palo-alto/csv.ts'
import { Fields, Threat, Traffic } from './palo-alto/fields.ts'
import { isNamed, NamedForms } from './palo-alto/named.ts'
import { Damage, reasons } from './palo-alto/row.ts'
import { threat } from './palo-alto/threat.ts'
import { traffic } from './palo-alto/traffic.ts'

class PaloAlto {
  readonly #fields = new Fields()
  readonly #named = new NamedForms()
  readonly #clock: Clock
  readonly #names: Names
  readonly #syslog: Syslog

  constructor(context: FormatContext) {
    this.#clock = new Clock(context.newest)
    this.#names = new Names(context.rules)
    this.#syslog = new Syslog(context.newest)
  }

  decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    const log = findLog(bytes, from, to)
    if (log < 0) return this.#decodeNamed(bytes, from, to, batch)
    const type = typeAt(bytes, log, to)
    if (type === Log.other) return Decoded.ignored
    this.#fields.cut(bytes, log, to, 1, type === Log.traffic ? Traffic.highResolution : Threat.highResolution)
    return this.#row(bytes, type, batch, from, log)
  }

  #decodeNamed(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    if (!isNamed(bytes, from, to)) return Decoded.ignored
    const type = this.#named.read(bytes, from, to, this.#fields)
    if (type === Log.none || type === Log.other) return Decoded.ignored
    return this.#row(bytes, type, batch, from, this.#named.start)
  }

  /** @param body where the log begins: a syslog header stands before it */
  #row(bytes: Uint8Array, type: number, batch: EventBatch, from: number, body: number): Decoded {
    const i = batch.begin()
    const read = type === Log.traffic ? traffic : threat
    const damage = read(bytes, this.#fields, this.#names, this.#clock, batch, i)
    if (damage !== Damage.none) {
      batch.undo()
      batch.reason = reasons[damage]!
      return Decoded.malformed
    }
    if (batch.column.device[i] === 0) this.#readHost(bytes, from, body, batch, i)
    return Decoded.event
  }

  /** The log of old versions does not name its firewall; the header does. */
  #readHost(bytes: Uint8Array, from: number, body: number, batch: EventBatch, i: number): void {
    const syslog = this.#syslog
    syslog.read(bytes, from, body)
    batch.column.device[i] = this.#names.id(bytes, syslog.hostFrom, syslog.hostTo)
  }
}

function open(context: FormatContext): Decode {
  const log = new PaloAlto(context)
  return (bytes, from, to, batch) => log.decode(bytes, from, to, batch)
}

function claims(bytes: Uint8Array, from: number, to: number): boolean {
  return findLog(bytes, from, to) >= 0 || isNamed(bytes, from, to)
}

const format: LineFormat = {
  id: 'palo-alto',
  title: 'Palo Alto Networks PAN-OS, traffic and threat logs',
  about:
    'Traffic and threat logs of PAN-OS 6.1 to 11 in their comma-separated form, in CEF (also of Strata Logging Service) and in ' +
    'LEEF, behind any syslog header. A finished session counts at its start time; its outcome is told by the packets of both ' +
    'sides and by session_end_reason (a reset by the server before the handshake is a refusal; what the policy denied, or a ' +
    'subtype of drop or deny, is blocked). Sessions that begin are logged requests of unknown outcome. Threats are alerts, with ' +
    'name and id; informational and low are severity 1; src is the client of the session also where the server attacks. URL ' +
    'logs are HTTP. Times have no zone before PAN-OS 10 and are then taken as UTC; later the high resolution timestamp tells ' +
    'it. Byte counts are those of frames. mapped is the translated destination, else the translated source. Ignored: system, ' +
    'configuration, User-ID, GlobalProtect, decryption and other logs. The type of ICMP messages is not told: sessions are ' +
    "taken as echoes. Documented by Palo Alto Networks: PAN-OS Administrator's Guide, Syslog Field Descriptions; CEF " +
    'Configuration Guide.',
  framing: 'line',
  maxRows: 1,
  blind: ['no TCP flags', 'what rules without logging let through or drop'],
  sniff: (head) => sniffLines(head, claims),
  claims,
  open,
  settle: settlePairs,
}

export default format
