import { readFile } from 'node:fs/promises'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { Problem } from '../base/problem.ts'
import { version } from '../base/version.ts'
import { loadConfig } from '../config/load.ts'
import { serviceSettings } from '../config/service.ts'
import { makeStateFolder } from '../pipeline/state.ts'
import { holdService } from '../store/state-lock.ts'
import { allowOption } from './case-context.ts'
import type { CommandSpec, Invocation } from './command.ts'
import { onDrain } from './drain.ts'
import { ExitCode } from './exit-code.ts'
import { remoteList } from './remote/allowed.ts'
import { gateOptions, sayWhereToSetUp } from './set-up-link.ts'
import { configOption, keptState, stateOption } from './state-directory.ts'

/** Milliseconds: who sends headers more slowly is let go. */
const headersTimeout = 15_000

export default {
  id: 'serve',
  about: 'Run everything as one service, with an HTTP API and a console for the browser, until a signal says stop.',
  examples: [
    { line: 'sweepwatch serve --state state', about: 'on http://127.0.0.1:8420, for this machine only' },
    { line: 'sweepwatch serve --state state --listen 0.0.0.0:8420 --cert cert.pem --key key.pem', about: 'for others' },
  ],
  options: [
    stateOption,
    configOption,
    allowOption,
    { flags: '--listen <ADDRESS:PORT>', about: 'where to listen (default: 127.0.0.1:8420)' },
    { flags: '--cert <FILE>', about: 'TLS certificate chain, PEM', completes: 'file' },
    { flags: '--key <FILE>', about: 'its private key, PEM', completes: 'file' },
  ],
  run: serve,
} satisfies CommandSpec

async function serve(invocation: Invocation): Promise<number> {
  const { terminal } = invocation
  const directory = await keptState(invocation)
  if (directory === undefined) {
    throw new Problem('usage', 'no state directory', {
      hint: 'Give --state DIR, or put `state: DIR` into sweepwatch.yaml; it is made where there is none.',
    })
  }
  const { config } = await loadConfig(invocation.text('config'))
  const { host, port } = listenOf(invocation.text('listen') ?? config.serve?.listen ?? '127.0.0.1:8420')
  const tls = await tlsOf(invocation, config.serve?.tls)
  makeStateFolder(directory)
  const hold = holdService(directory)
  const [{ openSite }, { closeApp, openApp }, { openGate }] = await Promise.all([
    import('../server/site.ts'),
    import('../server/app.ts'),
    import('../server/gate.ts'),
  ])
  const site = openSite(directory, invocation.text('config'), {
    program: fileURLToPath(new URL('remote/run.ts', import.meta.url)),
    allow: invocation.list('allow'),
    list: remoteList(),
  })
  const app = await openApp({
    site,
    gate: openGate(await gateOptions(site, host)),
    version: version(),
    log: process.stderr,
    trustProxy: config.serve?.trustProxy ?? [],
    ...(tls && { tls }),
  })
  const stopped = new Promise<void>((resolve) => onDrain(resolve))
  const { log, connections } = serviceSettings(config.serve)
  app.log.level = log
  app.server.maxConnections = connections
  app.server.headersTimeout = headersTimeout
  const address = await app.listen({ host, port })
  terminal.out(`Sweepwatch listens on ${address}\n`)
  await sayWhereToSetUp(site, address, terminal)
  site.jobs.resume()
  site.engine.start((line) => app.log.info({ engine: line }, 'engine'))
  const reload = () => void site.engine.reload()
  process.on('SIGHUP', reload)
  await stopped
  process.off('SIGHUP', reload)
  await closeApp(app, site)
  hold.release()
  return ExitCode.done
}

function listenOf(text: string): { readonly host: string; readonly port: number } {
  const found = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text)
  const port = Number(found?.[3])
  const host = found?.[1] ?? found?.[2]
  if (host !== undefined && port <= 65535) return { host, port }
  throw new Problem('usage', `--listen ${text}: no address and port`, { hint: 'Write 127.0.0.1:8420 or [::1]:8420.' })
}

async function tlsOf(
  invocation: Invocation,
  configured: { readonly cert: string; readonly key: string } | undefined,
): Promise<{ cert: string; key: string } | undefined> {
  const [cert, key] = [invocation.text('cert') ?? configured?.cert, invocation.text('key') ?? configured?.key]
  if (cert === undefined && key === undefined) return undefined
  if (cert === undefined || key === undefined)
    throw new Problem('usage', '--cert and --key go together', { hint: 'Give both, PEM files.' })
  const read = (path: string) =>
    readFile(path, 'utf8').catch((cause: Error) => {
      throw new Problem('config', `${path} cannot be read: ${cause.message}`, { cause })
    })
  return { cert: await read(cert), key: await read(key) }
}
