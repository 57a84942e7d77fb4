import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem } from '../../base/problem.ts'
import { several } from '../../base/quantity.ts'
import type { Applied, Capabilities, Change, Listing, Target, TargetKind } from '../respond.ts'
import { acceptable, hostOf } from '../sound.ts'
import { changeText } from './cisco-asa/change-file.ts'
import { type Commands, groupCommands, shunCommands } from './cisco-asa/commands.ts'
import { readGroup, readShuns } from './cisco-asa/shown.ts'
import { asText, type ChangeFiles, changeName, handOver } from './hand-over.ts'

export interface CiscoAsaSettings {
  readonly kind: 'cisco-asa'
  /** Of the changes; null: in the target's state directory. */
  readonly directory: string | null
  readonly by: 'object-group' | 'shun'
  /** The network object-group that a rule denies. */
  readonly group: string
  /** Of shuns; null: where the firewall expects the address. */
  readonly interface: string | null
  /** A saved output of `show running-config object-group`, or of `show shun`; null: the firewall's state is not known. */
  readonly shown: string | null
}

const can = { expire: false, throttle: false, list: false, v6: false, ports: false, direction: false, count: false }
const mostBytes = 16 << 20

class CiscoAsa implements Target {
  readonly name: string
  readonly can: Capabilities
  readonly #settings: CiscoAsaSettings
  readonly #commands: Commands
  readonly #directory: string

  constructor(name: string, settings: CiscoAsaSettings, state: string) {
    const isShun = settings.by === 'shun'
    this.name = name
    this.can = { ...can, v6: !isShun, list: settings.shown !== null, count: isShun && settings.shown !== null }
    this.#settings = settings
    this.#commands = isShun ? shunCommands(settings.interface) : groupCommands(settings.group)
    this.#directory = settings.directory ?? join(state, 'changes')
  }

  preview(change: Change): string {
    return asText(this.#files(this.#checked(change)))
  }

  async apply(change: Change, signal: AbortSignal): Promise<Applied> {
    signal.throwIfAborted()
    const checked = this.#checked(change)
    const { add, remove, at } = checked
    if (add.length + remove.length === 0) return { outcome: 'already', detail: 'nothing to hand over' }
    const files = this.#files(checked)
    const folder = await handOver(this.name, this.#directory, changeName(at, asText(files)), files)
    const told = `${several(add.length, 'network')} in, ${several(remove.length, 'network')} out`
    return { outcome: 'handed-over', detail: `${told}: ${folder}` }
  }

  async list(signal: AbortSignal): Promise<Listing> {
    signal.throwIfAborted()
    const { shown, by, group } = this.#settings
    if (shown === null)
      throw new Problem('target', `target ${this.name}: the firewall's state is not known`, {
        hint: 'Save the output of the first check of a change into a file, and name it as `shown`.',
      })
    const text = await this.#read(shown)
    return by === 'shun' ? readShuns(text) : readGroup(text, group)
  }

  async close(): Promise<void> {}

  #files(change: Change): ChangeFiles {
    return new Map([['change.txt', changeText(this.name, change, this.#commands)]])
  }

  #checked(change: Change): Change {
    const checked = acceptable(this.name, this.can, change)
    const isWide = ({ network }: { readonly network: string }) => hostOf(network) === undefined
    if (this.#settings.by === 'shun' && checked.add.some(isWide))
      throw new Problem('target', `target ${this.name}: a shun takes single addresses only, nothing was handed over`, {
        hint: 'Set `by: object-group`, or plan single addresses.',
      })
    return checked
  }

  async #read(path: string): Promise<string> {
    try {
      const { size } = await stat(path)
      if (size <= mostBytes) return await readFile(path, 'utf8')
    } catch (cause) {
      throw new Problem('target', `target ${this.name}: ${path} cannot be read: ${(cause as Error).message}`, {
        cause,
        hint: 'Save the output of the first check of a change there.',
      })
    }
    throw new Problem('target', `target ${this.name}: ${path} is larger than 16 MiB`)
  }
}

/** A change file for a person: nothing is sent to the firewall. */
export default {
  id: 'cisco-asa',
  title: 'Cisco ASA',
  about:
    'Commands for a person to review and type, with checks before and after and how to undo them: members of a network object-group, or shuns (ASA command reference). Nothing ends by itself.',
  can,
  open: async (name, settings, state) => new CiscoAsa(name, settings, state),
} satisfies TargetKind<CiscoAsaSettings>
