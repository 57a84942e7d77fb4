/** A binary heap of (time, slot) pairs: which conversation speaks next. Fixed capacity, nothing allocated after the start. */
export class Agenda {
  length = 0
  private readonly times: Float64Array
  private readonly slots: Uint32Array

  constructor(capacity: number) {
    this.times = new Float64Array(capacity)
    this.slots = new Uint32Array(capacity)
  }

  get nextTime(): number {
    return this.length === 0 ? Number.POSITIVE_INFINITY : (this.times[0] as number)
  }

  push(time: number, slot: number): void {
    let at = this.length++
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (this.times[parent]! <= time) break
      this.move(parent, at)
      at = parent
    }
    this.place(at, time, slot)
  }

  /** Removes the earliest entry and returns its slot. */
  pop(): number {
    const slot = this.slots[0] as number
    const last = --this.length
    const time = this.times[last] as number
    let at = 0
    for (let child = 1; child < last; child = 2 * at + 1) {
      if (child + 1 < last && this.times[child + 1]! < this.times[child]!) child++
      if (this.times[child]! >= time) break
      this.move(child, at)
      at = child
    }
    this.place(at, time, this.slots[last] as number)
    return slot
  }

  private move(from: number, to: number): void {
    this.place(to, this.times[from] as number, this.slots[from] as number)
  }

  private place(at: number, time: number, slot: number): void {
    this.times[at] = time
    this.slots[at] = slot
  }
}
