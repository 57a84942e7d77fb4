import { statSync } from 'node:fs'
import { Problem } from '../../base/problem.ts'
import type { Feed } from '../feed.ts'
import { unreadable } from '../file.ts'
import { Child } from './child.ts'
import { Directory } from './directory.ts'
import { Tail, type TailOptions } from './tail.ts'
import { Tcp } from './tcp.ts'
import { Udp } from './udp.ts'
import { Whole } from './whole.ts'

const forms = `a path, -, syslog+udp://HOST:PORT, syslog+tcp://HOST:PORT, syslog+tls://HOST:PORT?cert=FILE&key=FILE, netflow+udp://HOST:PORT, eve+unix:PATH, capture://INTERFACE?filter=TEXT`

const compressed = /\.(gz|zst)$/
const mostSockets = 16

/**
 * The source that a text names, one of: a path (file, directory), `-`, or a listener or capture as URL. Throws a `Problem` that
 * says what is wrong with it.
 */
export function feedOf(text: string, options: TailOptions): Feed {
  const scheme = /^([a-z]+(?:\+[a-z]+)?):/.exec(text)?.[1]
  switch (scheme) {
    case 'syslog+udp':
      return udp(text, 'line', 'syslog', 5514)
    case 'netflow+udp':
      return udp(text, 'packet', 'netflow-pcap', 2055)
    case 'syslog+tcp':
      return new Tcp({ name: text, listen: address(text, 5514), format: 'syslog' })
    case 'syslog+tls':
      return tls(text)
    case 'eve+unix':
      return new Tcp({ name: text, listen: { path: text.slice('eve+unix:'.length) }, format: 'suricata-eve' })
    case 'capture':
      return capture(text)
    default:
      return path(text, options)
  }
}

function path(text: string, options: TailOptions): Feed {
  if (/^[a-z+]+:\/\//.test(text)) throw wrong(text, 'no such kind of source')
  if (text === '-') return new Whole(text, options.format)
  const stats = statSync(text, { throwIfNoEntry: false })
  if (stats?.isDirectory()) return new Directory(text, options)
  if (!stats && options.untilEnd) throw unreadable(text, Object.assign(new Error('missing'), { code: 'ENOENT' }))
  const isStatic = compressed.test(text) || (stats !== undefined && !stats.isFile())
  return isStatic ? new Whole(text, options.format) : new Tail(text, options)
}

function udp(text: string, framing: 'line' | 'packet', format: string, usual: number): Feed {
  const { host, port } = address(text, usual)
  const sockets = Number(urlOf(text).searchParams.get('sockets') ?? 1)
  if (!Number.isInteger(sockets) || sockets < 1 || sockets > mostSockets) {
    throw wrong(text, `sockets is a number from 1 to ${mostSockets}`)
  }
  return new Udp({ name: text, host, port, framing, format, sockets })
}

function tls(text: string): Feed {
  const query = urlOf(text).searchParams
  const cert = query.get('cert')
  const key = query.get('key')
  if (!cert || !key)
    throw wrong(text, 'needs ?cert=FILE&key=FILE (PEM), and ca=FILE where senders must show a certificate')
  const ca = query.get('ca')
  return new Tcp({
    name: text,
    listen: address(text, 6514),
    format: 'syslog',
    tls: { cert, key, ...(ca ? { ca } : {}) },
  })
}

/** `capture://eth0?filter=not+port+22`. What is written is what tcpdump is started with: no shell reads it. */
function capture(text: string): Feed {
  const url = urlOf(text)
  const filter = url.searchParams.get('filter')
  const device = decodeURIComponent(url.hostname)
  if (!/^[\w.@-]{1,64}$/.test(device) || device.startsWith('-')) throw wrong(text, 'names no interface')
  const args = ['-i', device, '-n', '-U', '-w', '-', '-s', '256', ...(filter ? ['--', filter] : [])]
  return new Child({ name: text, command: 'tcpdump', args, format: 'pcap' })
}

function address(text: string, usual: number): { host: string; port: number } {
  const { hostname, port } = urlOf(text)
  const host = hostname.replace(/^\[|\]$/g, '')
  return { host: host === '' || host === '*' ? '0.0.0.0' : host, port: port === '' ? usual : Number(port) }
}

function urlOf(text: string): URL {
  const whole = text.replace(/:\/\/(?=[:?]|$)/, '://0.0.0.0')
  if (!URL.canParse(whole)) throw wrong(text, 'is not readable as a URL')
  return new URL(whole)
}

function wrong(text: string, why: string): Problem {
  return new Problem('usage', `${text}: ${why}`, { hint: `A source is ${forms}.` })
}
