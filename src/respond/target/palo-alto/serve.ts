import { createHash, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { formatAddress, parseAddress } from '../../../base/address.ts'
import { basic } from '../../../base/http/basic.ts'
import { secretOf } from '../../../base/http/secret.ts'
import { contains, type Prefix, parsePrefix } from '../../../base/prefix.ts'
import { Problem } from '../../../base/problem.ts'
import { isUnchanged, KeptContent } from './content.ts'
import { Fetches, readFetches } from './fetches.ts'

export interface ServeSettings {
  /** Of this machine. */
  readonly address: string
  /** 0: any. */
  readonly port: number
  /** What stands behind the host in the URL. */
  readonly urlPath: string
  /** Who may fetch; empty: everybody. */
  readonly allow: readonly string[]
  readonly user: string | null
  readonly passwordFile: string | null
  /** PEM; both or neither. */
  readonly certFile: string | null
  readonly keyFile: string | null
}

export interface ListServer {
  readonly url: string
  close(): Promise<void>
}

export interface Served {
  /** Of the target. */
  readonly name: string
  readonly list: string
  readonly fetches: string
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** A firewall asks for some hundred bytes and reads at once; who does otherwise is shown out. */
const limits: ServerOptions = {
  maxHeaderSize: 8192,
  headersTimeout: 5000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 1000,
}
const mostConnections = 64
const idleMs = 30_000

/**
 * Serves a list over HTTP, or HTTPS where a certificate is given, until it is closed.
 * @throws Problem `target` where a file cannot be read or the address cannot be had
 */
export async function serveList(settings: ServeSettings, served: Served): Promise<ListServer> {
  const { name } = served
  const fetches = new Fetches(served.fetches, await readFetches(served.fetches))
  const rules = { ...settings, password: await passwordOf(settings) }
  const answer = answerer(new KeptContent(served.list), rules, (address, tag) =>
    fetches.note({ address, tag, at: served.now() }),
  )
  const tls = await tlsOf(name, settings)
  const server: Server =
    tls === undefined ? createServer(limits, answer) : (createSecureServer({ ...limits, ...tls }, answer) as Server)
  server.maxConnections = mostConnections
  const networks = settings.allow.map(parsePrefix).filter((network) => network !== undefined)
  // Strangers are not listened to: they take no connection from those who may fetch.
  server.on('connection', (socket) => {
    if (networks.length > 0 && !isWithin(networks, socket.remoteAddress)) socket.destroy()
  })
  server.setTimeout(idleMs, (socket) => socket.destroy())
  await listen(name, server, settings)
  const { address, port, family } = server.address() as AddressInfo
  const host = family === 'IPv6' ? `[${address}]` : address
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${host}:${port}${settings.urlPath}`,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
      await fetches.settled()
    },
  }
}

async function listen(name: string, server: Server, { address, port }: ServeSettings): Promise<void> {
  server.listen(port, address)
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw new Problem(
      'target',
      `target ${name}: cannot listen at ${address} port ${port}: ${(cause as Error).message}`,
      {
        cause,
        hint: 'Another program may have the port; ports below 1024 need the right to use them.',
      },
    )
  }
}

async function passwordOf({ passwordFile }: ServeSettings): Promise<string | null> {
  return passwordFile === null ? null : secretOf(passwordFile, 'target')
}

async function tlsOf(
  name: string,
  { certFile, keyFile }: ServeSettings,
): Promise<{ cert: string; key: string } | undefined> {
  if (certFile === null || keyFile === null) return undefined
  const read = (file: string) =>
    readFile(file, 'utf8').catch((cause: Error) => {
      throw new Problem('target', `target ${name}: ${file} cannot be read: ${cause.message}`, { cause })
    })
  return { cert: await read(certFile), key: await read(keyFile) }
}

type Rules = ServeSettings & { readonly password: string | null }

function answerer(
  content: KeptContent,
  rules: Rules,
  taken: (address: string, tag: string) => void,
): (request: IncomingMessage, response: ServerResponse) => void {
  return async (request, response) => {
    const refusal = refuse(request, rules)
    if (refusal !== undefined) return void response.writeHead(refusal.status, { ...plain, ...refusal.headers }).end()
    const found = await content.now()
    // A firewall keeps the list it has when it gets none.
    if (found === undefined) return void response.writeHead(503, { ...plain, 'Retry-After': '60' }).end()
    const { body, tag, modified } = found
    const address = addressOf(request)
    const headers = { ...plain, ETag: tag, 'Last-Modified': new Date(modified).toUTCString() }
    if (isUnchanged(found, request.headers)) {
      taken(address, tag)
      return void response.writeHead(304, headers).end()
    }
    response.writeHead(200, { ...headers, 'Content-Length': body.length })
    if (request.method === 'HEAD') return void response.end()
    // Taken is what left whole.
    response.end(body, () => taken(address, tag))
  }
}

/** The body goes uncompressed and is nothing but text. */
const plain = {
  'Content-Type': 'text/plain; charset=utf-8',
  'Cache-Control': 'no-cache',
  'X-Content-Type-Options': 'nosniff',
}

interface Refusal {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
}

function refuse({ method, url, headers }: IncomingMessage, { user, password, urlPath }: Rules): Refusal | undefined {
  const close = { Connection: 'close' }
  if (user !== null && password !== null && !isSame(headers.authorization ?? '', basic(user, password)))
    return { status: 401, headers: { ...close, 'WWW-Authenticate': 'Basic realm="list", charset="UTF-8"' } }
  if (url?.split('?', 1)[0] !== urlPath) return { status: 404 }
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, headers: { ...close, Allow: 'GET, HEAD' } }
  if (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0)
    return { status: 413, headers: close }
  return undefined
}

/** Takes as long whatever differs. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(wanted))
}

/** Of the other end; IPv4 as such also on a socket for both. */
function addressOf({ socket }: IncomingMessage): string {
  const address = parseAddress(socket.remoteAddress ?? '')
  return address === undefined ? 'unknown' : formatAddress(...address)
}

function isWithin(networks: readonly Prefix[], text: string | undefined): boolean {
  const address = parseAddress(text ?? '')
  return address !== undefined && networks.some((network) => contains(network, ...address))
}
