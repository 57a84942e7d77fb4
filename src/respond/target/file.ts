import type { Capabilities, Target, TargetKind } from '../respond.ts'
import { acceptable } from '../sound.ts'
import { ListFile } from './list-file.ts'

export interface FileSettings {
  readonly kind: 'file'
  readonly path: string
  /** A second column, `tcp/22,443`, or `-` for every port. Without it no single ports can be blocked. */
  readonly ports: boolean
  /** `# sweepwatch PLAN until TIME` behind every line of ours. */
  readonly comments: boolean
  /** Single addresses without `/32` and `/128`. */
  readonly bare: boolean
  readonly mostEntries: number
}

const can = { expire: false, throttle: false, list: true, v6: true, ports: false, direction: false, count: false }

function open(name: string, settings: FileSettings, state: string): Target {
  const { path, ports, comments, bare, mostEntries } = settings
  const able: Capabilities = { ...can, ports }
  const file = new ListFile({ name, path, form: { ports, comments, bare }, mostEntries, state })
  return {
    name,
    can: able,
    preview: (change) => file.preview(acceptable(name, able, change)),
    apply: async (change, signal) => file.apply(acceptable(name, able, change), signal),
    list: (signal) => file.list(signal),
    close: async () => {},
  }
}

/** A list for whatever reads lists: a proxy, a router's import, a program of one's own. */
export default {
  id: 'file',
  title: 'File',
  about:
    'A text file, one network a line, replaced as a whole. Nothing ends by itself: Sweepwatch takes lines out when their time is over.',
  can,
  open: async (name, settings, state) => open(name, settings, state),
} satisfies TargetKind<FileSettings>
