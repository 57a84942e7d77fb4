import type { ByteSource, Input } from '../source/source.ts'

/** The input, read no faster than there is room for its rows. @param ready undefined where there is room */
export function paced(input: Input, ready: () => Promise<void> | undefined): Input {
  return { ...input, open: async () => pacedSource(await input.open(), ready) }
}

function pacedSource(source: ByteSource, ready: () => Promise<void> | undefined): ByteSource {
  return {
    read: (into, at) => {
      const room = ready()
      return room === undefined ? source.read(into, at) : room.then(() => source.read(into, at))
    },
    get taken() {
      return source.taken
    },
    get damage() {
      return source.damage
    },
    close: () => source.close(),
  }
}
