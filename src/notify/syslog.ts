import { createSocket } from 'node:dgram'
import { isIP, isIPv6, connect as plainConnect, type Socket } from 'node:net'
import { connect as secureConnect } from 'node:tls'
import { syslogLine } from '../report/case/syslog-line.ts'
import { type Attempt, again, type Channel, type Sent } from './channel.ts'
import type { Delivery } from './outbox.ts'
import type { SyslogSettings } from './settings.ts'

export interface SyslogOptions {
  readonly name: string
  readonly settings: SyslogSettings
  /** PEM. */
  readonly ca: string | null
  /** This machine's name, for the messages. */
  readonly hostname: string
}

/** Milliseconds that a collector has to object after the last byte. */
const farewell = 500

/**
 * One message of RFC 5424 a case: a datagram each over UDP (RFC 5426), octet-counted over TCP (RFC 6587) and TLS (RFC 5425). Syslog
 * has no answer: delivered means that the system took it, and over TCP that the other side did not object.
 */
export function syslog(options: SyslogOptions): Channel {
  return {
    name: options.name,
    async send(delivery, attempt) {
      try {
        const lines = linesOf(delivery, options.hostname, attempt.at)
        return await (options.settings.transport === 'udp'
          ? datagrams(options, lines)
          : stream(options, lines, attempt))
      } catch (error) {
        return again(error)
      }
    },
  }
}

function linesOf({ notices }: Delivery, host: string, at: number): readonly Buffer[] {
  const time = new Date(at).toISOString()
  return notices.map(({ summary }) => Buffer.from(syslogLine(summary, host, time)))
}

async function datagrams({ settings }: SyslogOptions, lines: readonly Buffer[]): Promise<Sent> {
  const socket = createSocket(isIPv6(settings.host) ? 'udp6' : 'udp4')
  try {
    for (const line of lines) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      socket.send(line, settings.port, settings.host, (error) => (error ? reject(error) : resolve()))
      await promise
    }
    return { kind: 'delivered', detail: `${lines.length} datagrams sent; UDP tells nothing of their arrival` }
  } finally {
    socket.close()
  }
}

function stream({ settings, ca }: SyslogOptions, lines: readonly Buffer[], { signal }: Attempt): Promise<Sent> {
  const { host, port, transport } = settings
  const { promise, resolve, reject } = Promise.withResolvers<Sent>()
  const socket: Socket =
    transport === 'tls'
      ? secureConnect({ host, port, ...(ca === null ? {} : { ca }), ...(isIP(host) === 0 ? { servername: host } : {}) })
      : plainConnect({ host, port })
  const abort = () => socket.destroy(signal.reason as Error)
  signal.addEventListener('abort', abort, { once: true })
  socket.on('error', reject)
  socket.on('close', () => {
    signal.removeEventListener('abort', abort)
    reject(new Error('the connection was closed'))
  })
  socket.once(transport === 'tls' ? 'secureConnect' : 'connect', () => {
    const counted = lines.map((line) => Buffer.concat([Buffer.from(`${line.length} `), line]))
    socket.end(Buffer.concat(counted))
  })
  socket.once('finish', () => {
    // A collector that is gone answers with a reset, one that is there closes its end too or says nothing.
    const delivered = () => resolve({ kind: 'delivered', detail: `${lines.length} messages written` })
    socket.once('end', delivered)
    socket.setTimeout(farewell, () => {
      delivered()
      socket.destroy()
    })
    socket.resume()
  })
  return promise
}
