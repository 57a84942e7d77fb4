import { basename, extname } from 'node:path'
import { Problem } from '../../base/problem.ts'
import { ListContent, type ListFormat } from '../format/format.ts'
import { listFormats, recogniseList } from '../format/registry.ts'
import type { IntelMeaning } from '../intel.ts'
import { actorNamed } from '../known-actors.ts'
import type { ListSettings } from '../settings.ts'
import { ListBuilder } from './list-builder.ts'
import { bytesOf, type ListFile, listFiles } from './list-files.ts'
import { ThreatList } from './threat-list.ts'

/** A list as it was loaded, or why it could not be. */
export interface LoadedList {
  /** As configured. */
  readonly configured: string
  readonly name: string
  readonly reference: string
  readonly list: ThreatList | null
  readonly format: string | null
  readonly means: IntelMeaning | null
  readonly entries: number
  readonly malformed: number
  readonly passedOver: number
  /** Entries beyond those that are kept. */
  readonly cut: number
  readonly examples: readonly string[]
  /** Milliseconds; null where it is not known. */
  readonly date: number | null
  /** Whether the date is only that of the file. */
  readonly isFileDate: boolean
  /** Why nothing could be read. */
  readonly error: string | null
}

export interface LoadContext {
  readonly halfLives: Readonly<Partial<Record<IntelMeaning, number>>>
  /** Entries of one list at most. */
  readonly most?: number
}

/**
 * Loads one configured list: a file, or each file of a directory as a list of its own. A file whose content is no list is told in its
 * `error`: what somebody else publishes must not keep us from starting.
 *
 * @param path where it is read @param reference what is told instead of the path: where it was fetched from
 * @throws Problem `intel` for a path that is not there, an unknown format, or a file of which nothing tells what it means
 */
export async function loadLists(
  configured: string,
  settings: ListSettings,
  { path, reference }: { readonly path: string; readonly reference?: string },
  context: LoadContext,
): Promise<LoadedList[]> {
  const format = settings.format === null ? undefined : formatNamed(configured, settings.format)
  const { files, left } = await listFiles(path)
  const isOne = files.length === 1 && files[0]?.path === path
  const loaded: LoadedList[] = []
  for (const file of files) {
    const place = { configured, isOne, isOurs: reference === undefined, reference: reference ?? file.path }
    loaded.push(await loadOne(place, settings, file, format, context))
  }
  if (left > 0) loaded.push(brokenList(configured, path, `${left} files more than are read`))
  return loaded
}

interface Place {
  readonly configured: string
  /** Whether it is a file by itself, not one of a directory. */
  readonly isOne: boolean
  /** Whether it is as we put it there, not fetched. */
  readonly isOurs: boolean
  readonly reference: string
}

async function loadOne(
  place: Place,
  settings: ListSettings,
  file: ListFile,
  forced: ListFormat | undefined,
  { halfLives, most }: LoadContext,
): Promise<LoadedList> {
  const entries = new ListBuilder(most)
  let format: ListFormat | undefined
  try {
    const content = new ListContent(await bytesOf(file))
    format = forced ?? recogniseList(content)
    if (format === undefined) return broken(place, whyUnknown(content))
    format.read(content, entries, settings.columns)
  } catch (error) {
    return broken(place, (error as Error).message)
  }
  const { header } = entries
  const means = settings.means ?? header.means ?? null
  if (means === null && entries.entries > 0) {
    // What is fetched, or one file among many, may become another format any day.
    if (place.isOne && place.isOurs) throw meaningless(place, format)
    return broken(place, 'nothing tells what it means: give `means`')
  }
  const name = place.isOne ? place.configured : (header.name ?? basename(file.path, extname(file.path)))
  const date = header.date ?? file.changed
  const terms = {
    name,
    means: means ?? 'benign',
    confidence: settings.confidence,
    halfLife: settings.halfLife,
    halfLives,
    actor: settings.actor === null ? null : actorNamed(settings.actor),
    date,
    reference: place.reference,
  }
  return {
    ...broken(place, null),
    name,
    list: new ThreatList(terms, entries),
    format: format.id,
    means,
    entries: entries.entries,
    malformed: entries.malformed,
    passedOver: entries.passedOver,
    cut: entries.cut,
    examples: entries.examples,
    date,
    isFileDate: header.date === undefined,
  }
}

/** A list of which there is nothing to read. */
export function brokenList(configured: string, reference: string, error: string): LoadedList {
  return broken({ configured, isOne: true, isOurs: false, reference }, error)
}

function broken({ configured, isOne, reference }: Place, error: string | null): LoadedList {
  return {
    configured,
    name: isOne ? configured : basename(reference),
    reference,
    list: null,
    format: null,
    means: null,
    entries: 0,
    malformed: 0,
    passedOver: 0,
    cut: 0,
    examples: [],
    date: null,
    isFileDate: false,
    error,
  }
}

function whyUnknown(content: ListContent): string {
  if (content.bytes.length === 0) return 'it is empty'
  if (content.looksLikeJson && content.json === undefined) return 'it begins like JSON, but is none: is it whole?'
  return 'its format is not recognised'
}

function formatNamed(configured: string, id: string): ListFormat {
  const found = listFormats.find((format) => format.id === id)
  if (found) return found
  throw new Problem('intel', `the list ${configured} has an unknown format ${id}`, {
    hint: `Formats of lists: ${listFormats.map((format) => format.id).join(', ')}.`,
  })
}

function meaningless({ configured, reference }: Place, format: ListFormat): Problem {
  return new Problem('intel', `nothing tells what the list ${configured} means (${reference}, ${format.id})`, {
    hint: `Say it under \`intel: lists: ${configured}:\`, for example \`means: malicious\`, or research, tor, vpn, cloud.`,
  })
}
