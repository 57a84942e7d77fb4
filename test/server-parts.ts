import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Role, roles } from '../src/account/role.ts'
import type { Gate } from '../src/server/access.ts'
import type { Actor } from '../src/server/actor.ts'
import { openSite, type Site } from '../src/server/site.ts'
import { Listening } from './server-listening.ts'

export const root = join(import.meta.dirname, '..')

export interface Question {
  readonly method?: string
  /** As it is put on the wire: nothing is normalised. */
  readonly path: string
  /** Who asks; nobody where absent. */
  readonly role?: Role | undefined
  readonly name?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string | Buffer
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly mediaType: string
  readonly text: string
}

/** Knows people by a header, as no service ever would: what accounts do is tested with accounts. */
const namedGate: Gate = {
  async identify({ headers, ip }) {
    const [name, role] = String(headers['x-test-actor'] ?? '').split('/')
    if (name === undefined || !roles.includes(role as Role)) return undefined
    return { name, role: role as Role, via: 'token', credential: 'test', from: ip } satisfies Actor
  },
  audit: () => {},
}

/** A service on a port of its own, with the bundled capture's case, an archive, and a target that changes nothing. */
export class TestService {
  readonly site: Site
  readonly #folder: string
  readonly #service: Listening
  private constructor(folder: string, site: Site, service: Listening) {
    this.#folder = folder
    this.site = site
    this.#service = service
  }

  static async open(): Promise<TestService> {
    const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-service-'))
    const config = demoState(folder)
    const site = openSite(join(folder, 'state'), config)
    return new TestService(folder, site, await Listening.open(site, namedGate))
  }

  async close(): Promise<void> {
    await this.#service.close()
    rmSync(this.#folder, { recursive: true, maxRetries: 3 })
  }

  ask({ method = 'GET', path, role, name = role, headers = {}, body }: Question): Promise<Answer> {
    const { port } = this.#service
    const actor = role === undefined ? {} : { 'x-test-actor': `${name}/${role}` }
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
    return ask({ port, method, path, headers: { ...length, ...actor, ...headers }, body })
  }
}

const patience = 20_000

async function ask(what: {
  port: number
  method: string
  path: string
  headers: OutgoingHttpHeaders
  body: string | Buffer | undefined
}): Promise<Answer> {
  const { body, ...options } = what
  const asked = request({ host: '127.0.0.1', ...options, timeout: patience, agent: false })
  asked.once('timeout', () => asked.destroy(new Error(`no answer to ${what.method} ${what.path}`)))
  asked.end(body)
  const [response] = await once(asked, 'response')
  const mediaType = String(response.headers['content-type'] ?? '').split(';')[0] as string
  const chunks: Buffer[] = []
  // Events never end.
  if (mediaType === 'text/event-stream') asked.destroy()
  else for await (const chunk of response) chunks.push(chunk)
  return {
    status: response.statusCode,
    headers: response.headers,
    mediaType,
    text: Buffer.concat(chunks).toString(),
  }
}

/** Analyses the bundled capture into `FOLDER/state`. @returns the configuration that did */
function demoState(folder: string): string {
  const config = join(folder, 'sweepwatch.yaml')
  mkdirSync(folder, { recursive: true })
  const settings = {
    networks: ['192.0.2.0/24'],
    state: join(folder, 'state'),
    archive: { directory: join(folder, 'events') },
    respond: { enforce: true, targets: { try: { kind: 'debug' } } },
  }
  writeFileSync(config, JSON.stringify(settings))
  const words = ['analyze', '--config', config, join(root, 'fixtures/demo')]
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'src/cli.ts'), ...words], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return config
}
