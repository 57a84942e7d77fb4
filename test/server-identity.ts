import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hashPassword } from '../src/account/password.ts'
import type { Role } from '../src/account/role.ts'
import { openGate } from '../src/server/gate.ts'
import { openSite, type Site } from '../src/server/site.ts'
import { Listening } from './server-listening.ts'

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
  readonly #service: Listening
  private constructor(folder: string, site: Site, service: Listening) {
    this.#folder = folder
    this.site = site
    this.#service = service
  }

  static async open(): Promise<IdentityService> {
    const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-identity-'))
    const site = openSite(folder, undefined)
    const gate = openGate({ identity: site.identity, hosts: new Set() })
    return new IdentityService(folder, site, await Listening.open(site, gate))
  }

  async close(): Promise<void> {
    await this.#service.close()
    rmSync(this.#folder, { recursive: true, maxRetries: 3 })
  }

  async add(name: string, role: Role): Promise<void> {
    const { accounts } = this.site.identity
    accounts.setPassword(accounts.add(name, role).id, await hashPassword(password))
  }

  async ask(as: Signed | undefined, method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${this.#service.address}${path}`, {
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
