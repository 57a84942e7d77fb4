import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Listing, Target, TargetKind } from '../respond.ts'
import { acceptable } from '../sound.ts'
import { ListFile } from './list-file.ts'
import { tagOf } from './palo-alto/content.ts'
import { readFetches } from './palo-alto/fetches.ts'
import { type ServeSettings, serveList } from './palo-alto/serve.ts'

export interface PaloAltoSettings {
  readonly kind: 'palo-alto'
  /** Of the list; null: in the target's state directory. */
  readonly path: string | null
  /** Addresses and networks together that the firewall takes. */
  readonly mostEntries: number
  /** Null: something else serves the file. */
  readonly serve: ServeSettings | null
}

const can = { expire: false, throttle: false, list: true, v6: true, ports: false, direction: false, count: false }
/** `ADDRESS/LENGTH [blank] comment` (PAN-OS: formatting guidelines for an external dynamic list). */
const form = { ports: false, comments: true, bare: false }

function listOf({ path }: PaloAltoSettings, state: string): string {
  return path ?? join(state, 'list.txt')
}

function fetchesOf(state: string): string {
  return join(state, 'fetches.json')
}

function open(name: string, settings: PaloAltoSettings, state: string): Target {
  const path = listOf(settings, state)
  const file = new ListFile({ name, path, form, mostEntries: settings.mostEntries, state })
  return {
    name,
    can,
    preview: (change) => file.preview(acceptable(name, can, change)),
    apply: async (change, signal) => file.apply(acceptable(name, can, change), signal),
    list: (signal) => listed(file, path, state, signal),
    close: async () => {},
  }
}

/** The list, with who took it when. */
async function listed(file: ListFile, path: string, state: string, signal: AbortSignal): Promise<Listing> {
  const listing = await file.list(signal)
  const current = await readFile(path).then(tagOf, () => '')
  const fetches = await readFetches(fetchesOf(state))
  const fetched = fetches.map(({ address, at, tag }) => ({
    by: address,
    at: new Date(at).toISOString(),
    isCurrent: tag === current,
  }))
  return { ...listing, fetched }
}

/** An external dynamic list of type IP, which PAN-OS fetches every five minutes at best. */
export default {
  id: 'palo-alto',
  title: 'Palo Alto Networks external dynamic list',
  about:
    'A list that the firewall fetches, from Sweepwatch or from another server. What is blocked, and from when, is decided by its policy and its schedule (every five minutes at best).',
  can,
  open: async (name, settings, state) => open(name, settings, state),
  serve: async (name, settings, state, now) =>
    settings.serve === null
      ? undefined
      : serveList(settings.serve, { name, list: listOf(settings, state), fetches: fetchesOf(state), now }),
} satisfies TargetKind<PaloAltoSettings>
