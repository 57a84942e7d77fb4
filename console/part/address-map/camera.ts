/** Which part of the picture is seen: its centre in cells, and how many screen pixels a cell has, as a multiple of what fits. */
export interface Camera {
  readonly zoom: number
  readonly x: number
  readonly y: number
}

export interface Frame {
  /** Of the picture, in cells. */
  readonly width: number
  readonly height: number
  /** Of the canvas, in its own pixels. */
  readonly across: number
  readonly down: number
}

/** A cell never gets larger than this many pixels by zooming. */
const largestCell = 96

export function fit({ width, height }: Frame): Camera {
  return { zoom: 1, x: width / 2, y: height / 2 }
}

/** Pixels a cell has each way; equal for squares, the port axis fills its frame. */
export function scaleOf(frame: Frame, { zoom }: Camera, isSquare: boolean): readonly [x: number, y: number] {
  const [x, y] = [frame.across / frame.width, frame.down / frame.height]
  const least = Math.min(x, y)
  return isSquare ? [least * zoom, least * zoom] : [x * zoom, y * zoom]
}

/** Keeps the zoom between the whole picture and single cells, and the picture in sight. */
export function kept(frame: Frame, camera: Camera): Camera {
  const zoom = zoomKept(frame, camera.zoom)
  const within = (at: number, size: number) => Math.min(size - size / zoom / 2, Math.max(size / zoom / 2, at))
  return { zoom, x: within(camera.x, frame.width), y: within(camera.y, frame.height) }
}

function zoomKept(frame: Frame, zoom: number): number {
  const most = Math.max(1, largestCell / Math.min(frame.across / frame.width, frame.down / frame.height))
  return Math.min(most, Math.max(1, zoom))
}

/** Zooms by a factor so that the cell at (x, y) stays where it is on the screen. */
export function zoomAt(frame: Frame, camera: Camera, factor: number, x: number, y: number): Camera {
  const zoom = zoomKept(frame, camera.zoom * factor)
  const by = zoom / camera.zoom
  return kept(frame, { zoom, x: x + (camera.x - x) / by, y: y + (camera.y - y) / by })
}

/** The camera, moved so that a cell is seen. */
export function seeing(frame: Frame, camera: Camera, x: number, y: number): Camera {
  const [wide, high] = [frame.width / camera.zoom / 2, frame.height / camera.zoom / 2]
  const near = (centre: number, at: number, half: number) =>
    at < centre - half ? at + half : at + 1 > centre + half ? at + 1 - half : centre
  return kept(frame, { ...camera, x: near(camera.x, x, wide), y: near(camera.y, y, high) })
}
