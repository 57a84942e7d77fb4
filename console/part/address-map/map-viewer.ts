import { type Camera, type Frame, fit, kept, seeing, zoomAt } from './camera.ts'
import type { Scheme } from './colours.ts'
import { drawCursor, drawGrid, type Sight } from './overlay.ts'
import type { Painting } from './painting.ts'
import { drawCells, sightOf } from './scene.ts'

/** What is drawn: cells with colours, and what is written over them. */
export interface Picture {
  readonly painting: Painting
  readonly scheme: Scheme
  readonly isSquare: boolean
  /** How many slots are shown at a place of the replay, 0 to 1. */
  readonly slotsAt: (position: number) => number
  readonly overlay: (context: CanvasRenderingContext2D, sight: Sight) => void
}

interface Told {
  /** The cell under the cursor changed; undefined where there is none. */
  readonly cursor: (at: { readonly x: number; readonly y: number } | undefined) => void
  /** The camera moved; not told for every frame of a drag alone, the receiver waits. */
  readonly camera: (camera: Camera) => void
}

/** Draws a picture on two canvases, one for the cells and one for what is written over them, when something changed and at most once a frame. */
export class MapViewer {
  readonly #cells: HTMLCanvasElement
  readonly #over: HTMLCanvasElement
  readonly #told: Told
  #picture: Picture | undefined
  #camera: Camera = { zoom: 1, x: 0, y: 0 }
  #cursor: { readonly x: number; readonly y: number } | undefined
  #position = 1
  #ratio = 1
  #frame = 0
  #isOverlayOld = true

  constructor(cells: HTMLCanvasElement, over: HTMLCanvasElement, told: Told) {
    this.#cells = cells
    this.#over = over
    this.#told = told
  }

  /** @param camera where to look; the whole where absent */
  show(picture: Picture, camera: Camera | undefined): void {
    this.#picture = picture
    this.#camera = camera === undefined ? fit(this.#size()) : kept(this.#size(), camera)
    this.#point(undefined)
    this.#changed()
  }

  /** In CSS pixels. */
  resize(across: number, down: number, ratio: number): void {
    this.#ratio = ratio
    for (const canvas of [this.#cells, this.#over]) {
      canvas.width = Math.max(1, Math.round(across * ratio))
      canvas.height = Math.max(1, Math.round(down * ratio))
    }
    this.#changed()
  }

  seek(position: number): void {
    this.#position = position
    this.#request()
  }

  zoom(factor: number, at = { x: this.#camera.x, y: this.#camera.y }): void {
    this.#look(zoomAt(this.#size(), this.#camera, factor, at.x, at.y))
  }

  get isWhole(): boolean {
    return this.#camera.zoom <= 1.001
  }

  fit(): void {
    this.#look(fit(this.#size()))
  }

  /** Moves the picture by CSS pixels. */
  drag(right: number, down: number): void {
    const { scaleX, scaleY } = this.#sight()
    const { zoom, x, y } = this.#camera
    this.#look({ zoom, x: x - (right * this.#ratio) / scaleX, y: y - (down * this.#ratio) / scaleY })
  }

  /** Where in the picture a point of the canvas lies, in CSS pixels from its corner. */
  cellAt(right: number, down: number): { x: number; y: number } {
    const { left, top, scaleX, scaleY } = this.#sight()
    return { x: left + (right * this.#ratio) / scaleX, y: top + (down * this.#ratio) / scaleY }
  }

  pointAt(right: number, down: number): void {
    const { x, y } = this.cellAt(right, down)
    const { width, height } = this.#size()
    const isInside = x >= 0 && y >= 0 && x < width && y < height
    this.#point(isInside ? { x: Math.floor(x), y: Math.floor(y) } : undefined)
  }

  leave(): void {
    this.#point(undefined)
  }

  /** Moves the cursor by cells, and the camera with it; puts it into the middle where there was none. */
  step(right: number, down: number): void {
    const { width, height } = this.#size()
    const from = this.#cursor ?? { x: Math.floor(this.#camera.x) - right, y: Math.floor(this.#camera.y) - down }
    const within = (at: number, size: number) => Math.min(size - 1, Math.max(0, at))
    const to = { x: within(from.x + right, width), y: within(from.y + down, height) }
    this.#point(to)
    this.#look(seeing(this.#size(), this.#camera, to.x, to.y))
  }

  get cursor(): { readonly x: number; readonly y: number } | undefined {
    return this.#cursor
  }

  stop(): void {
    cancelAnimationFrame(this.#frame)
    this.#frame = 0
  }

  #look(camera: Camera): void {
    this.#camera = kept(this.#size(), camera)
    this.#told.camera(this.#camera)
    this.#changed()
  }

  #point(at: { readonly x: number; readonly y: number } | undefined): void {
    if (at?.x === this.#cursor?.x && at?.y === this.#cursor?.y) return
    this.#cursor = at
    this.#told.cursor(at)
    this.#changed()
  }

  #changed(): void {
    this.#isOverlayOld = true
    this.#request()
  }

  #request(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw())
  }

  #draw(): void {
    this.#frame = 0
    const picture = this.#picture
    if (picture === undefined) return
    const sight = this.#sight()
    picture.painting.show(picture.slotsAt(this.#position))
    drawCells(this.#cells.getContext('2d') as CanvasRenderingContext2D, sight, picture.painting, picture.scheme)
    if (this.#isOverlayOld) this.#drawOver(picture, sight)
    this.#isOverlayOld = false
  }

  #drawOver({ painting, scheme, overlay }: Picture, sight: Sight): void {
    const context = this.#over.getContext('2d') as CanvasRenderingContext2D
    context.clearRect(0, 0, sight.across, sight.down)
    drawGrid(context, sight, painting.raster.width, painting.raster.height, scheme)
    overlay(context, sight)
    if (this.#cursor !== undefined) drawCursor(context, sight, this.#cursor.x, this.#cursor.y, scheme)
  }

  #sight(): Sight {
    return sightOf(this.#size(), this.#camera, this.#picture?.isSquare ?? true, this.#ratio)
  }

  #size(): Frame {
    const { width = 1, height = 1 } = this.#picture?.painting.raster ?? {}
    return { width, height, across: this.#cells.width, down: this.#cells.height }
  }
}
