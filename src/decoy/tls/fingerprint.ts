import { createHash } from 'node:crypto'
import type { ClientHello } from './client-hello.ts'

const serverName = 0
const protocolNegotiation = 16
const none = '000000000000'

/** Numbers that clients throw in to keep servers tolerant (GREASE, RFC 8701). */
function isGrease(number: number): boolean {
  return (number & 0x0f0f) === 0x0a0a && number >> 8 === (number & 255)
}

const real = (numbers: readonly number[]) => numbers.filter((number) => !isGrease(number))

/** JA3: MD5 of version, cipher suites, extensions, groups and point formats, in the client's order (github.com/salesforce/ja3). */
export function ja3(hello: ClientHello): string {
  const lists = [real(hello.ciphers), real(hello.extensions), real(hello.groups), hello.pointFormats]
  const text = [hello.legacyVersion, ...lists.map((list) => list.join('-'))].join(',')
  return createHash('md5').update(text).digest('hex')
}

/** JA4 of TLS over TCP: counts, then truncated SHA-256 of sorted cipher suites and extensions (github.com/FoxIO-LLC/ja4, JA4.md). */
export function ja4(hello: ClientHello): string {
  const ciphers = real(hello.ciphers)
  const extensions = real(hello.extensions)
  const version = Math.max(...real(hello.versions.length > 0 ? hello.versions : [hello.legacyVersion]), 0)
  const named = extensions.includes(serverName) ? 'd' : 'i'
  const counts = [ciphers, extensions].map(({ length }) => String(Math.min(length, 99)).padStart(2, '0')).join('')
  const sorted = extensions
    .filter((type) => type !== serverName && type !== protocolNegotiation)
    .map(hex)
    .sort()
    .join(',')
  const signatures = hello.signatures.map(hex).join(',')
  const rest = signatures === '' ? sorted : `${sorted}_${signatures}`
  return [
    `t${versions[version] ?? '00'}${named}${counts}${protocolMark(hello.protocols[0])}`,
    short(ciphers.map(hex).sort().join(',')),
    extensions.length === 0 ? none : short(rest),
  ].join('_')
}

const versions: Readonly<Record<number, string>> = { 772: '13', 771: '12', 770: '11', 769: '10', 768: 's3', 2: 's2' }

/** First and last character of the first protocol, or of its hex digits where either is no letter or digit. */
function protocolMark(protocol: string | undefined): string {
  if (protocol === undefined || protocol === '') return '00'
  const ends = `${protocol[0]}${protocol.at(-1)}`
  if (/^[A-Za-z0-9]{2}$/.test(ends)) return ends
  const digits = Buffer.from(protocol, 'latin1').toString('hex')
  return `${digits[0]}${digits.at(-1)}`
}

function hex(number: number): string {
  return number.toString(16).padStart(4, '0')
}

function short(text: string): string {
  return text === '' ? none : createHash('sha256').update(text).digest('hex').slice(0, 12)
}
