import { parseAddress } from '../../base/address.ts'
import { Problem } from '../../base/problem.ts'
import { loadConfig } from '../../config/load.ts'
import { type Limits, usualLimits } from '../../decoy/limits.ts'
import type { PersonaSource } from '../../decoy/persona.ts'
import { services } from '../../decoy/service/registry.ts'
import { type ServiceId, serviceIds } from '../../decoy/service/service.ts'
import type { Invocation } from '../command.ts'

/** A port of a service. */
export interface Port {
  readonly service: ServiceId | 'any'
  readonly transport: 'tcp' | 'udp'
  readonly port: number
}

export interface DecoySettings {
  readonly directory: string
  readonly listen: readonly string[]
  readonly ports: readonly Port[]
  readonly user: string | undefined
  readonly used: readonly string[]
  readonly limits: Limits
  readonly persona: Pick<PersonaSource, 'family' | 'banners'>
}

/** What the command line and the configuration say together. @throws Problem `usage`, `config` */
export async function decoySettings(invocation: Invocation): Promise<DecoySettings> {
  const { config } = await loadConfig(invocation.text('config'))
  const { decoy } = config
  const listen = invocation.list('listen')
  for (const address of listen) {
    if (parseAddress(address) === undefined) throw new Problem('usage', `--listen ${address} is no address`)
  }
  const { family, banners } = decoy ?? {}
  return {
    directory: invocation.text('dir') ?? decoy?.directory ?? 'decoy',
    listen: listen.length > 0 ? listen : (decoy?.listen ?? []),
    ports: portsOf(invocation, decoy?.services ?? {}),
    user: invocation.text('user') ?? decoy?.user,
    used: [...(decoy?.used ?? []), ...invocation.list('used')],
    limits: { ...usualLimits, ...withoutAbsent(decoy?.limits ?? {}) },
    persona: {
      ...(family !== undefined && { family }),
      ...(banners !== undefined && { banners: withoutAbsent(banners) }),
    },
  }
}

/** What is there of an object whose members may be undefined. */
function withoutAbsent<T extends object>(partial: T): { [Name in keyof T]: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(partial).filter(([, value]) => value !== undefined)) as never
}

type Configured = Readonly<Partial<Record<ServiceId | 'any', false | readonly number[]>>>

function portsOf(invocation: Invocation, configured: Configured): readonly Port[] {
  const only = invocation
    .list('service')
    .flatMap((text) => text.split(','))
    .filter((word) => word !== '')
  for (const word of only) nameOf(word, '--service')
  const moved = movedPorts(invocation.list('port'))
  const ports: Port[] = []
  for (const { id, ports: usual, transports } of services) {
    const told = configured[id]
    if (only.length > 0 ? !only.includes(id) : told === false && !moved.has(id)) continue
    const list = moved.get(id) ?? (told || usual)
    for (const transport of transports) for (const port of list) ports.push({ service: id, transport, port })
  }
  for (const port of [...(configured.any || []), ...(moved.get('any') ?? [])]) {
    for (const transport of ['tcp', 'udp'] as const) ports.push({ service: 'any', transport, port })
  }
  if (ports.length === 0) throw new Problem('usage', 'no service is left')
  refuseTwice(ports)
  return ports
}

function movedPorts(words: readonly string[]): ReadonlyMap<string, number[]> {
  const moved = new Map<string, number[]>()
  for (const word of words) {
    const [, name = '', digits] = /^([a-z]+)=(\d{1,5})$/.exec(word) ?? []
    const port = Number(digits)
    if (!(port >= 1 && port <= 65_535)) {
      throw new Problem('usage', `--port ${word}: write SERVICE=PORT, such as ssh=2222`)
    }
    if (name !== 'any') nameOf(name, '--port')
    moved.set(name, [...(moved.get(name) ?? []), port])
  }
  return moved
}

function nameOf(word: string, option: string): void {
  if ((serviceIds as readonly string[]).includes(word)) return
  throw new Problem('usage', `${option}: there is no service ${word}`, { hint: `There are: ${serviceIds.join(', ')}.` })
}

function refuseTwice(ports: readonly Port[]): void {
  const seen = new Map<string, string>()
  for (const { service, transport, port } of ports) {
    const other = seen.get(`${transport} ${port}`)
    if (other !== undefined)
      throw new Problem('usage', `${transport} port ${port} is to be both ${other} and ${service}`)
    seen.set(`${transport} ${port}`, service)
  }
}
