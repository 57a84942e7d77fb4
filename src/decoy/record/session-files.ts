import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

interface Kept {
  readonly name: string
  readonly bytes: number
}

/** The captures of sessions, a file each, bounded in number and size; the oldest give way. Readable by their owner only. */
export class SessionFiles {
  readonly #folder: string
  readonly #most: number
  readonly #mostBytes: number
  /** By time; names begin with it. */
  #kept: Kept[]
  #first = 0
  #bytes: number

  constructor(directory: string, most: number, mostBytes: number) {
    this.#folder = join(directory, 'sessions')
    this.#most = most
    this.#mostBytes = mostBytes
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    const names = readdirSync(this.#folder).filter((name) => name.endsWith('.pcap'))
    this.#kept = names.sort().map((name) => ({ name, bytes: statSync(join(this.#folder, name)).size }))
    this.#bytes = this.#kept.reduce((sum, { bytes }) => sum + bytes, 0)
    this.#trim()
  }

  /** @returns the path below the decoy's directory */
  add(name: string, bytes: Buffer): string {
    writeFileSync(join(this.#folder, name), bytes, { mode: 0o600, flag: 'wx' })
    this.#kept.push({ name, bytes: bytes.length })
    this.#bytes += bytes.length
    this.#trim()
    return `sessions/${name}`
  }

  #trim(): void {
    while (this.#kept.length - this.#first > this.#most || this.#bytes > this.#mostBytes) {
      const oldest = this.#kept[this.#first++] as Kept
      this.#bytes -= oldest.bytes
      rmSync(join(this.#folder, oldest.name), { force: true })
    }
    if (this.#first > 1024) {
      this.#kept = this.#kept.slice(this.#first)
      this.#first = 0
    }
  }
}
