/** How the replay advances: by the clock, with its pauses, or each touch taking the same time. */
export type Pace = 'time' | 'touch'

/** Seconds that a whole replay takes at speed 1. */
const wholeSeconds = 10
export const speeds = [0.25, 0.5, 1, 2, 4] as const

/**
 * Where the replay stands, 0 to 1, outside React: it moves sixty times a second, and only the picture and the slider follow.
 */
export class Replay {
  #position: number
  #isPlaying = false
  #speed = 1
  #frame = 0
  #last = 0
  readonly #listeners = new Set<() => void>()

  constructor(position: number) {
    this.#position = position
  }

  get position(): number {
    return this.#position
  }

  get isPlaying(): boolean {
    return this.#isPlaying
  }

  get speed(): number {
    return this.#speed
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Goes to a place and stays there. */
  seek(position: number): void {
    this.#stop()
    this.#go(position)
  }

  setSpeed(speed: number): void {
    this.#speed = speed
    this.#tell()
  }

  /** Plays, from the beginning where it was over; or pauses. */
  toggle(): void {
    if (this.#isPlaying) {
      this.#stop()
      this.#tell()
      return
    }
    if (this.#position >= 1) this.#position = 0
    this.#isPlaying = true
    this.#last = performance.now()
    this.#frame = requestAnimationFrame(this.#step)
    this.#tell()
  }

  /** Ends the timer, when nobody looks any more. */
  readonly pause = (): void => {
    if (!this.#isPlaying) return
    this.#stop()
    this.#tell()
  }

  readonly #step = (now: number): void => {
    const passed = Math.min(0.25, Math.max(0, now - this.#last) / 1000)
    this.#last = now
    const position = Math.min(1, this.#position + (passed * this.#speed) / wholeSeconds)
    if (position >= 1) this.#isPlaying = false
    else this.#frame = requestAnimationFrame(this.#step)
    this.#go(position)
  }

  #go(position: number): void {
    this.#position = Math.min(1, Math.max(0, position))
    this.#tell()
  }

  #stop(): void {
    this.#isPlaying = false
    cancelAnimationFrame(this.#frame)
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}
