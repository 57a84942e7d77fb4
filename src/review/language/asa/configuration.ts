import type { NotUnderstoodTally } from '../../ruleset.ts'
import { longestLine } from '../words.ts'
import { type Group, type GroupKind, Lookup, type Objects } from './objects.ts'

export interface Interface {
  /** `nameif`: what rules call it. */
  readonly name: string
  /** 0 is the least trusted. */
  readonly level: number
}

export interface AccessGroup {
  readonly list: string
  /** Undefined: of all interfaces. */
  readonly interface: string | undefined
  readonly direction: 'in' | 'out'
}

/** A line of an access list, with the remark before it. */
export interface ListLine {
  readonly list: string
  readonly line: number
  readonly text: string
  readonly remark: string
}

/** A configuration, taken apart. */
export interface Configuration {
  readonly lookup: Lookup
  readonly interfaces: readonly Interface[]
  readonly lists: readonly ListLine[]
  readonly groups: readonly AccessGroup[]
  /** Lines about access to the device itself: ssh, telnet, http, webvpn, crypto. */
  readonly management: readonly { readonly line: number; readonly text: string }[]
  /** `nat (inside,outside) static …` of an object, by the object's name. */
  readonly objectNat: readonly { readonly line: number; readonly object: string; readonly text: string }[]
}

/** Lines of which the indented ones below them belong to them. */
const sections = /^(interface|object network|object service|object-group|webvpn)\b/

/** Takes a configuration apart (`show running-config`). */
export function readConfiguration(text: string, tally: NotUnderstoodTally): Configuration {
  return new ConfigurationReader(tally).read(text)
}

class ConfigurationReader {
  readonly #tally: NotUnderstoodTally
  readonly #names = new Map<string, string>()
  readonly #networks = new Map<string, string[]>()
  readonly #services = new Map<string, string[]>()
  readonly #groups = new Map<string, Group & { readonly lines: string[] }>()
  readonly #interfaces: { name: string; level: number }[] = []
  readonly #lists: ListLine[] = []
  readonly #accessGroups: AccessGroup[] = []
  readonly #management: { line: number; text: string }[] = []
  readonly #objectNat: { line: number; object: string; text: string }[] = []
  #remark = ''
  /** Takes the lines of the section that is open. */
  #section: (text: string, line: number) => void = () => {}

  constructor(tally: NotUnderstoodTally) {
    this.#tally = tally
  }

  read(text: string): Configuration {
    for (const [at, raw] of text.split(/\r?\n/).entries()) {
      if (raw.length > longestLine) this.#tally.add(`line ${at + 1} is too long`)
      else if (raw.startsWith(' ')) this.#section(raw.trim(), at + 1)
      else this.#line(raw.trim(), at + 1)
    }
    const objects: Objects = {
      names: this.#names,
      networks: this.#networks,
      services: this.#services,
      groups: this.#groups,
    }
    return {
      lookup: new Lookup(objects),
      interfaces: this.#interfaces.filter(({ name }) => name !== ''),
      lists: this.#lists,
      groups: this.#accessGroups,
      management: this.#management,
      objectNat: this.#objectNat,
    }
  }

  #line(text: string, line: number): void {
    if (sections.test(text)) {
      this.#open(text)
      return
    }
    this.#section = () => {}
    const words = text.split(/\s+/)
    if (words[0] === 'access-list') this.#listLine(text, words, line)
    else if (words[0] === 'access-group') this.#accessGroup(words, text)
    else if (words[0] === 'name' && words.length >= 3) this.#names.set(words[2] as string, words[1] as string)
    else if (/^(ssh|telnet|http) \S+ \S+ \S+$|^crypto (ikev1|ikev2|isakmp) enable \S+/.test(text))
      this.#management.push({ line, text })
    else if (/^(nat|static|global|policy-map type inspect)\b/.test(text)) this.#tally.add(`line ${line}: ${text}`)
  }

  #listLine(text: string, words: readonly string[], line: number): void {
    const kind = words[2] === 'line' ? words[4] : words[2]
    if (kind === 'remark') this.#remark = words.slice(words[2] === 'line' ? 5 : 3).join(' ')
    else {
      this.#lists.push({ list: words[1] ?? '', line, text, remark: this.#remark })
      this.#remark = ''
    }
  }

  /** `access-group NAME in interface outside`, `access-group NAME global`. */
  #accessGroup([, list = '', direction, , name]: readonly string[], text: string): void {
    if (direction === 'global') this.#accessGroups.push({ list, interface: undefined, direction: 'in' })
    else if ((direction === 'in' || direction === 'out') && name !== undefined && !text.endsWith('control-plane'))
      this.#accessGroups.push({ list, interface: name, direction })
    else this.#tally.add(text)
  }

  #open(text: string): void {
    const [kind, sort = '', name = '', transport] = text.split(/\s+/)
    if (kind === 'interface') {
      const one = { name: '', level: 0 }
      this.#interfaces.push(one)
      this.#section = (inner) => {
        const words = inner.split(/\s+/)
        if (words[0] === 'nameif') one.name = words[1] ?? ''
        if (words[0] === 'security-level') one.level = Number(words[1])
      }
    } else if (kind === 'webvpn') {
      this.#section = (inner, line) => {
        if (/^enable \S+/.test(inner)) this.#management.push({ line, text: `webvpn ${inner}` })
      }
    } else if (kind === 'object') this.#openObject(sort, name)
    else this.#openGroup(sort as GroupKind, name, transport)
  }

  /** An object may be opened twice: once for its address, once for its translation. */
  #openObject(sort: string, name: string): void {
    const objects = sort === 'network' ? this.#networks : this.#services
    const lines = objects.get(name) ?? []
    objects.set(name, lines)
    this.#section = (inner, line) => {
      if (/^nat /.test(inner)) this.#objectNat.push({ line, object: name, text: inner })
      else lines.push(inner)
    }
  }

  #openGroup(kind: GroupKind, name: string, transport: string | undefined): void {
    const group = this.#groups.get(name) ?? { kind, transport, lines: [] as string[] }
    this.#groups.set(name, group)
    this.#section = (inner) => {
      group.lines.push(inner)
    }
  }
}
