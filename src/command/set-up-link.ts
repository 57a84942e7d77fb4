import type { GateOptions } from '../server/gate.ts'
import type { Site } from '../server/site.ts'
import { linkTo } from './link-to.ts'
import type { Terminal } from './terminal.ts'

/** How the service is guarded that listens at this address. @throws Problem `config` */
export async function gateOptions(site: Site, host: string): Promise<GateOptions> {
  const { serve } = await site.config()
  const isLoopback = /^(localhost$|127\.|::1$)/.test(host)
  const hosts = new Set(serve?.url === undefined ? [] : [new URL(serve.url).host])
  return { identity: site.identity, ...(isLoopback && { hosts }) }
}

/** As long as nobody can administer, each start prints a link with which the first admin is made. */
export async function sayWhereToSetUp(site: Site, address: string, terminal: Terminal): Promise<void> {
  const { accounts, links } = site.identity
  if (accounts.hasAdmin()) return
  const { serve } = await site.config()
  terminal.out(
    `Nobody can sign in yet. Make the first admin within an hour:\n${linkTo(serve?.url ?? address, links.make(null))}\n`,
  )
}
