import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A conversation, seen from who opened it. */
export interface Flow {
  /** Seconds after the beginning. */
  readonly at: number
  readonly src: string
  readonly dst: string
  readonly port: number
  readonly answered: boolean
  /** Bytes; what says nothing is a probe. */
  readonly out?: number
  readonly back?: number
  /** Seconds. */
  readonly lasts?: number
}

interface Line {
  readonly at: number
  readonly text: string
}

/** The logs of a made-up network: flows, alerts and requests as Suricata writes them (EVE), logins as sshd does. */
export class Logs {
  readonly #eve: Line[] = []
  readonly #auth: Line[] = []
  readonly #start: number

  /** @param start milliseconds */
  constructor(start: number) {
    this.#start = start
  }

  flow({ at, src, dst, port, answered, out = 60, back = answered ? 60 : 0, lasts = 1 }: Flow): void {
    const talked = out > 200 || back > 200
    this.#event(at + lasts, 'flow', src, dst, port, {
      flow: {
        pkts_toserver: Math.max(1, Math.ceil(out / 1000)),
        pkts_toclient: answered ? Math.max(1, Math.ceil(back / 1000)) : 0,
        bytes_toserver: Math.round(out),
        bytes_toclient: Math.round(back),
        start: this.#time(at),
        end: this.#time(at + lasts),
        age: Math.round(lasts),
        state: answered ? 'closed' : 'new',
        reason: 'timeout',
      },
      tcp: { tcp_flags_ts: talked ? '1b' : '02', tcp_flags_tc: answered ? (talked ? '1b' : '12') : '00' },
    })
  }

  alert(at: number, src: string, dst: string, port: number, signature: string): void {
    const category = 'Attempted Administrator Privilege Gain'
    const alert = { action: 'allowed', gid: 1, signature_id: 2_030_000, rev: 1, signature, category, severity: 1 }
    this.#event(at, 'alert', src, dst, port, { alert })
  }

  request(at: number, src: string, dst: string, url: string): void {
    const http = { hostname: dst, url, http_user_agent: 'curl/8', http_method: 'GET', status: 404 }
    this.#event(at, 'http', src, dst, 80, { http })
  }

  /** @param host the machine that writes */
  login(at: number, src: string, host: string, user: string, succeeded: boolean): void {
    const time = new Date(this.#start + 1000 * at).toISOString()
    const what = succeeded ? 'Accepted' : 'Failed'
    this.#auth.push({ at, text: `${time} ${host} sshd[77]: ${what} password for ${user} from ${src} port 50000 ssh2` })
  }

  /** Writes what there is into a folder. @returns the files */
  write(folder: string): string[] {
    const files = [
      ['eve.json', this.#eve],
      ['auth.log', this.#auth],
    ] as const
    return files.flatMap(([name, lines]) => {
      if (lines.length === 0) return []
      const path = join(folder, name)
      const sorted = lines.toSorted((x, y) => x.at - y.at)
      writeFileSync(path, `${sorted.map(({ text }) => text).join('\n')}\n`)
      return [path]
    })
  }

  #event(at: number, type: string, src: string, dst: string, port: number, rest: object): void {
    const n = this.#eve.length
    const ends = { src_ip: src, src_port: 40_000 + (n % 20_000), dest_ip: dst, dest_port: port, proto: 'TCP' }
    const text = JSON.stringify({ timestamp: this.#time(at), flow_id: n, event_type: type, ...ends, ...rest })
    this.#eve.push({ at, text })
  }

  #time(at: number): string {
    return new Date(this.#start + 1000 * at).toISOString().replace('Z', '+0000')
  }
}
