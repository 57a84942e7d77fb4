import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hashPassword } from '../src/account/password.ts'
import { openApp } from '../src/server/app.ts'
import { openGate } from '../src/server/gate.ts'
import type { Role } from '../src/server/role.ts'
import { openSite, type Site } from '../src/server/site.ts'

export const password = 'correct horse battery'

interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: JSON as it came
  readonly body: any
  readonly text: string
  readonly cookie: string
}

/** The service with its real gate and real accounts, over a real socket. */
export class IdentityService {
  readonly site: Site
  readonly #folder: string
  readonly #app: Awaited<ReturnType<typeof openApp>>
  private constructor(folder: string, site: Site, app: Awaited<ReturnType<typeof openApp>>) {
    this.#folder = folder
    this.site = site
    this.#app = app
  }

  static async open(): Promise<IdentityService> {
    const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-identity-'))
    const site = openSite(folder, undefined)
    const app = await openApp({ site, gate: openGate({ identity: site.identity, hosts: new Set() }), version: '0.0.0' })
    await app.listen({ host: '127.0.0.1', port: 0 })
    return new IdentityService(folder, site, app)
  }

  async close(): Promise<void> {
    await this.#app.close()
    this.site.cases.close()
    rmSync(this.#folder, { recursive: true, maxRetries: 3 })
  }

  async add(name: string, role: Role): Promise<void> {
    const { accounts } = this.site.identity
    accounts.setPassword(accounts.add(name, role).id, await hashPassword(password))
  }

  async ask(as: Signed | undefined, method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`http://127.0.0.1:${(this.#app.server.address() as AddressInfo).port}${path}`, {
      method,
      headers: { ...as, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') === true
    const cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] as string
    return { status: response.status, body: isJson ? JSON.parse(text) : undefined, text, cookie }
  }

  async signIn(name: string, secret = password): Promise<Signed> {
    const answer = await this.ask(undefined, 'POST', '/api/session', { name, password: secret })
    assert.equal(answer.status, 200, answer.text)
    return { cookie: answer.cookie, 'x-csrf-token': answer.body.csrf }
  }
}

/** Headers of who is signed in, or of a token. */
export type Signed = Readonly<Record<string, string>>
