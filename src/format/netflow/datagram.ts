/** The export packet being read: one object for all of an input. */
export class Datagram {
  bytes: Uint8Array = new Uint8Array(0)
  view = new DataView(this.bytes.buffer)
  version = 0
  /** Its exporter in the `SessionTable`, and the serial of that. */
  session = 0
  serial = 0
  /** Milliseconds since the exporter started, when it sent this. */
  uptime = 0
  /** Microseconds: 0 when it was exported, 1 when it arrived, 2 when its exporter started (0 = not told). */
  readonly times = new Float64Array(3)
  /** Of the records at hand: id of the exporter's name, sampling rate. */
  device = 0
  rate = 0

  open(bytes: Uint8Array): void {
    if (bytes === this.bytes) return
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** An exporter whose clock was never set says 1970: then its packet's arrival is the time. */
  exportedAt(seconds: number, micros: number): void {
    const { times } = this
    times[0] = seconds < clockUnset && times[1]! > 0 ? times[1]! : seconds * 1e6 + micros
  }
}

/** 2001, in seconds. */
const clockUnset = 1e9
