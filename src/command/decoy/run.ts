import { networkInterfaces } from 'node:os'
import process from 'node:process'
import { setInterval } from 'node:timers'
import { setTimeout as pause } from 'node:timers/promises'
import { elapsed, now } from '../../base/clock.ts'
import { Problem } from '../../base/problem.ts'
import { several } from '../../base/quantity.ts'
import { type Counts, Decoy, type Listen } from '../../decoy/decoy.ts'
import { openIdentity } from '../../decoy/identity.ts'
import { logName } from '../../decoy/record/log.ts'
import { ConnectionEvents, checkHelpers, type HelperUser, KernelTable } from '../../decoy/redirect/kernel.ts'
import { Origins } from '../../decoy/redirect/origins.ts'
import { redirectCommands } from '../../decoy/redirect/ruleset.ts'
import type { UnusedRange } from '../../decoy/redirect/unused.ts'
import { jsonLine, printable } from '../../report/escape.ts'
import type { Invocation } from '../command.ts'
import { onDrain } from '../drain.ts'
import { ExitCode } from '../exit-code.ts'
import { planRedirect, redirectionsOf, rulesText } from './plan.ts'
import { printer } from './print.ts'
import { asUser, become, holdDirectory, makeDirectory, userToBecome } from './privileges.ts'
import { type DecoySettings, decoySettings } from './settings.ts'

const sweepMs = 1000

/** @throws Problem `usage`, `config`, `decoy-*` */
export async function runDecoy(invocation: Invocation): Promise<number> {
  const settings = await decoySettings(invocation)
  const isRedirecting = invocation.flag('redirect')
  if (!isRedirecting && invocation.list('net').length === 0) return serve(invocation, settings, undefined)
  const unused = await planRedirect(invocation, settings)
  if (isRedirecting) return serve(invocation, settings, unused)
  invocation.terminal.out(
    rulesText(
      unused,
      redirectionsOf(settings, invocation.flag('any'), () => 0),
    ),
  )
  invocation.terminal.err('Nothing was changed; --redirect does it (0 stands for ports that are chosen then).\n')
  return ExitCode.done
}

async function serve(
  invocation: Invocation,
  settings: DecoySettings,
  unused: readonly UnusedRange[] | undefined,
): Promise<number> {
  const { terminal } = invocation
  const user = userToBecome(settings.user, invocation.flag('as-root'))
  if (unused !== undefined) mayRedirect()
  const notice = (text: string) => terminal.err(`sweepwatch: ${printable(text)}\n`)
  makeDirectory(settings.directory, user)
  const lock = await asUser(user, async () => holdDirectory(settings.directory))
  const decoy = await asUser(user, async () => {
    const identity = { ...(await openIdentity(settings.directory, now())), ...settings.persona }
    return new Decoy({
      identity,
      limits: settings.limits,
      directory: settings.directory,
      now,
      line: jsonLine,
      told: printer(terminal, invocation.flag('json')),
      trouble: (text) => notice(`what was touched could not be written: ${text}`),
    })
  })
  const stop = Promise.withResolvers<number>()
  onDrain(() => stop.resolve(ExitCode.done))
  let redirect: Awaited<ReturnType<typeof redirected>> | undefined
  try {
    await listen(decoy, settings, unused === undefined)
    if (unused !== undefined) {
      redirect = await redirected(invocation, settings, decoy, unused, user, notice)
      redirect.onLost(() => {
        notice('the redirect is gone: somebody ended its nft')
        stop.resolve(ExitCode.failed)
      })
    }
    if (user !== undefined) become(user)
    decoy.begin()
    notice(`decoys are listening; touches go to ${settings.directory}/${logName}`)
    const code = await stop.promise
    redirect?.close()
    await decoy.close()
    notice(summary(decoy.counts))
    return code
  } catch (error) {
    redirect?.close()
    await decoy.close()
    throw error
  } finally {
    onDrain(undefined)
    lock.release()
  }
}

function summary({ touches, logins, refused, unwritten }: Counts): string {
  const told = `${several(touches, 'touch', 'touches')}, ${several(logins, 'login')}`
  return `${told}; ${refused} found no room, ${unwritten} could not be written`
}

function mayRedirect(): void {
  if (process.getuid?.() !== 0) {
    throw new Problem('usage', 'only root can redirect', { hint: 'Without --redirect the rules are printed.' })
  }
  checkHelpers()
}

/** Binds the ports of the addresses that are named; without any, of all that this machine has. */
async function listen(decoy: Decoy, { listen: named, ports }: DecoySettings, isAll: boolean): Promise<void> {
  const own = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map((each) => each))
  const everywhere = own.filter(({ address }) => !address.startsWith('fe80:')).map(({ address }) => address)
  const addresses = named.length > 0 ? named : isAll ? everywhere : []
  for (const address of addresses) {
    for (const { service, transport, port } of ports) {
      await bound(decoy, { address, port, transport, service, isRedirected: false })
    }
  }
}

async function bound(decoy: Decoy, where: Listen): Promise<number> {
  try {
    return await decoy.listen(where)
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const hints: Readonly<Record<string, string>> = {
      EADDRINUSE: `Something serves there. Leave ${where.service} out (--service), move it (--port ${where.service}=PORT), or name addresses (--listen).`,
      EACCES: `Ports below 1024 need root (with --user) or CAP_NET_BIND_SERVICE; or move it: --port ${where.service}=PORT.`,
      EADDRNOTAVAIL: 'The address must be one of this machine.',
    }
    const hint = hints[code ?? '']
    const place = `${where.transport} port ${where.port} of ${where.address}`
    throw new Problem('decoy-listen', `${place} cannot be listened to: ${message}`, {
      cause,
      ...(hint !== undefined && { hint }),
    })
  }
}

/** Listens on ports of its own, has the kernel redirect there, and follows which touch is whose. */
async function redirected(
  invocation: Invocation,
  settings: DecoySettings,
  decoy: Decoy,
  unused: readonly UnusedRange[],
  user: HelperUser | undefined,
  notice: (text: string) => void,
) {
  const isAny = invocation.flag('any')
  const listeners = await redirectListeners(decoy, settings, isAny)
  const redirections = redirectionsOf(
    settings,
    isAny,
    (service, transport) => listeners.get(`${service} ${transport}`) ?? 0,
  )
  invocation.terminal.err(rulesText(unused, redirections))
  const serviceOf = new Map([...listeners].map(([name, port]) => serviceAt(name, port)))
  const origins = new Origins(new Set(listeners.values()), elapsed, (origin, transport, localPort, agoMs) =>
    decoy.halfOpen({ transport, ...origin }, serviceOf.get(`${transport} ${localPort}`) ?? 'any', agoMs),
  )
  decoy.follow(origins)
  const events = new ConnectionEvents(user, (text) => origins.read(text), notice)
  const sweep = setInterval(() => origins.sweep(), sweepMs)
  const end = () => {
    clearInterval(sweep)
    events.close()
    origins.sweep(true)
  }
  try {
    const table = await KernelTable.open(redirectCommands(unused, redirections), user, pause)
    return {
      onLost: (act: () => void) => table.onLost(act),
      close() {
        table.close()
        end()
      },
    }
  } catch (error) {
    end()
    throw error
  }
}

function serviceAt(name: string, port: number): [string, Listen['service']] {
  const [service = '', transport = ''] = name.split(' ')
  return [`${transport} ${port}`, service as Listen['service']]
}

/** One for each service and transport, on a port that the kernel chooses; by `service transport`. */
async function redirectListeners(
  decoy: Decoy,
  { ports }: DecoySettings,
  isAny: boolean,
): Promise<ReadonlyMap<string, number>> {
  const any = isAny ? (['tcp', 'udp'] as const).map((transport) => ({ service: 'any', transport }) as const) : []
  const listeners = new Map<string, number>()
  for (const { service, transport } of [...ports, ...any]) {
    const name = `${service} ${transport}`
    if (listeners.has(name)) continue
    const where = { port: 0, transport, service, isRedirected: true } as const
    // A kernel without IPv6 has no `::`.
    const port = await decoy
      .listen({ ...where, address: '::' })
      .catch(() => bound(decoy, { ...where, address: '0.0.0.0' }))
    listeners.set(name, port)
  }
  return listeners
}
