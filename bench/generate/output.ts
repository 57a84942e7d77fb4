import { closeSync, openSync, renameSync, writeSync } from 'node:fs'

/** A file written through one large buffer; it takes its name only when it is whole. */
export class Output {
  readonly bytes = Buffer.alloc(1 << 20)
  readonly view = new DataView(this.bytes.buffer, this.bytes.byteOffset)
  private at = 0
  private readonly path: string
  private readonly file: number

  constructor(path: string) {
    this.path = path
    this.file = openSync(`${path}.tmp`, 'w')
  }

  /** Makes room for `size` bytes and returns where they go. */
  reserve(size: number): number {
    if (this.at + size > this.bytes.length) this.flush()
    const from = this.at
    this.at += size
    return from
  }

  text(line: string): void {
    this.bytes.write(line, this.reserve(line.length), 'latin1')
  }

  close(): void {
    this.flush()
    closeSync(this.file)
    renameSync(`${this.path}.tmp`, this.path)
  }

  private flush(): void {
    for (let done = 0; done < this.at; ) done += writeSync(this.file, this.bytes, done, this.at - done)
    this.at = 0
  }
}
