import type { Transform } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import type { ByteSource } from './source.ts'

const outputChunk = 256 * 1024
/** Small, because what a damaged piece of input would still have given is lost with it. */
const inputChunk = 16 * 1024

/** The decompressor for a stream that begins with these bytes (gzip RFC 1952, Zstandard RFC 8878); undefined for plain bytes. */
export function decompressorFor(head: Uint8Array): (() => Transform) | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return () => createGunzip({ chunkSize: outputChunk })
  const zstd = head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd
  return zstd ? () => createZstdDecompress({ chunkSize: outputChunk }) : undefined
}

/**
 * Decompresses as the reader asks for more: at most a few output chunks are held, however well the input compresses.
 * Damage ends the stream and is told by `damage`; what came before it has been delivered.
 */
export class Decompressed implements ByteSource {
  damage: string | undefined
  readonly #raw: ByteSource
  readonly #stream: Transform
  #chunk: Uint8Array = new Uint8Array(0)
  #ended = false
  #failure: unknown
  #wake: () => void = () => {}

  constructor(raw: ByteSource, stream: Transform) {
    this.#raw = raw
    this.#stream = stream
    stream.on('readable', () => this.#wake())
    stream.on('end', () => this.#finish())
    stream.on('error', (error) => {
      this.damage ??= `compressed data is damaged: ${error.message}`
      this.#finish()
    })
    void this.#feed()
  }

  get taken(): number {
    return this.#raw.taken
  }

  async read(into: Uint8Array, at: number): Promise<number> {
    while (this.#chunk.length === 0) {
      const next = this.#stream.read() as Uint8Array | null
      if (next) this.#chunk = next
      else if (this.#failure !== undefined) throw this.#failure
      else if (this.#ended) return 0
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
    const count = Math.min(this.#chunk.length, into.length - at)
    into.set(this.#chunk.subarray(0, count), at)
    this.#chunk = this.#chunk.subarray(count)
    return count
  }

  close(): void {
    this.#stream.destroy()
    this.#raw.close()
  }

  #finish(): void {
    this.#ended = true
    this.#wake()
  }

  async #feed(): Promise<void> {
    const piece = new Uint8Array(inputChunk)
    try {
      for (;;) {
        const count = await this.#raw.read(piece, 0)
        if (this.#stream.destroyed) return
        if (count === 0) break
        await new Promise<void>((resolve) => this.#stream.write(piece.subarray(0, count), () => resolve()))
      }
      this.#stream.end()
    } catch (error) {
      this.#failure = error
      this.#wake()
    }
  }
}
