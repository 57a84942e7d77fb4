import { type ListColumns, ListContent, type ListFormat } from '../src/intel/format/format.ts'
import type { EntryAbout } from '../src/intel/list/entry.ts'
import { ListBuilder } from '../src/intel/list/list-builder.ts'
import type { IntelSettings, ListSettings } from '../src/intel/settings.ts'

/** What a format handed on: each entry as it was written, with what was told of it. */
export class Recorder extends ListBuilder {
  readonly taken: { readonly written: string; readonly place: string; readonly about: EntryAbout }[] = []

  override add(written: string, place: string, about: EntryAbout = {}): void {
    this.taken.push({ written, place, about })
    super.add(written, place, about)
  }
}

export function readList(format: ListFormat, bytes: Buffer, columns: ListColumns = {}): Recorder {
  const into = new Recorder()
  format.read(new ListContent(bytes), into, columns)
  return into
}

export function listSettings(changed: Partial<ListSettings>): ListSettings {
  return {
    path: null,
    url: null,
    taxii: null,
    auth: null,
    means: null,
    confidence: 0.8,
    halfLife: null,
    actor: null,
    format: null,
    columns: {},
    ...changed,
  }
}

export function intelSettings(changed: Partial<IntelSettings>): IntelSettings {
  return { directory: null, lists: {}, databases: [], halfLife: {}, reverseDns: false, services: {}, ...changed }
}
