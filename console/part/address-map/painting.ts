import { type ColourBy, emptyColour, painterOf, pixelColour, type Scheme } from './colours.ts'
import type { Raster } from './raster.ts'
import type { Touches } from './touches.ts'

/**
 * A raster's pixels in a picture of its own, one pixel a cell. A step of the replay paints only the cells that it touches or takes back, and
 * hands on only the rectangle that they lie in.
 */
export class Painting {
  readonly canvas = document.createElement('canvas')
  readonly raster: Raster
  readonly #context: CanvasRenderingContext2D
  readonly #image: ImageData
  readonly #pixels: Uint32Array
  readonly #colours: Uint32Array
  readonly #empty: number
  #shown = 0

  constructor(raster: Raster, touches: Touches, by: ColourBy, scheme: Scheme) {
    const { width, height, count, touch, outcome } = raster
    this.raster = raster
    this.canvas.width = width
    this.canvas.height = height
    this.#context = this.canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D
    this.#image = this.#context.createImageData(width, height)
    this.#pixels = new Uint32Array(this.#image.data.buffer)
    this.#empty = pixelColour(emptyColour[scheme])
    const colourOf = painterOf(by, scheme, touches, count)
    this.#colours = Uint32Array.from({ length: count }, (_, slot) =>
      colourOf(slot, touch[slot] as number, outcome[slot] as number),
    )
    this.#pixels.fill(this.#empty)
    this.#context.putImageData(this.#image, 0, 0)
  }

  /** How many slots are painted. */
  get shown(): number {
    return this.#shown
  }

  colourOf(slot: number): string {
    const value = this.#colours[slot] as number
    return `rgb(${value & 255} ${(value >>> 8) & 255} ${(value >>> 16) & 255})`
  }

  /** Shows the first `count` slots, no more and no less. */
  show(count: number): void {
    const [from, to] = count > this.#shown ? [this.#shown, count] : [count, this.#shown]
    if (from === to) return
    const isMore = count > this.#shown
    this.#shown = count
    const { pixel, width, height } = this.raster
    let [left, top, right, bottom] = [width, height, 0, 0]
    for (let slot = from; slot < to; slot++) {
      const at = pixel[slot] as number
      this.#pixels[at] = isMore ? (this.#colours[slot] as number) : this.#empty
      const y = Math.floor(at / width)
      const x = at - y * width
      if (x < left) left = x
      if (x > right) right = x
      if (y < top) top = y
      if (y > bottom) bottom = y
    }
    this.#context.putImageData(this.#image, 0, 0, left, top, right - left + 1, bottom - top + 1)
  }
}
