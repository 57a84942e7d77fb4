import type { AddressInfo } from 'node:net'
import type { Gate } from '../src/server/access.ts'
import { closeApp, openApp } from '../src/server/app.ts'
import type { FastifyInstance } from '../src/server/http.ts'
import type { Site } from '../src/server/site.ts'

/** A service on a port of its own on the loopback interface. */
export class Listening {
  readonly app: FastifyInstance
  readonly port: number
  readonly #site: Site
  private constructor(app: FastifyInstance, site: Site) {
    this.app = app
    this.#site = site
    this.port = (app.server.address() as AddressInfo).port
  }

  static async open(site: Site, gate: Gate, consoleFolder?: string): Promise<Listening> {
    const app = await openApp({ site, gate, version: '0.0.0', ...(consoleFolder !== undefined && { consoleFolder }) })
    await app.listen({ host: '127.0.0.1', port: 0 })
    return new Listening(app, site)
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Ends it, and lets go of the store. */
  close(): Promise<void> {
    return closeApp(this.app, this.#site)
  }
}
