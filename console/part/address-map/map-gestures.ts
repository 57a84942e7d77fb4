import type { MapViewer } from './map-viewer.ts'

interface Acts {
  /** Opens what lies at a cell: a smaller block. */
  readonly open: (x: number, y: number) => void
  /** Goes to the block around. */
  readonly wider: () => void
  readonly play: () => void
}

/** A press that moves less is a click. CSS pixels. */
const still = 4

/** Wheel, drag and pinch. @param takesWheel whether the wheel zooms without Ctrl. @returns what ends it */
export function bindPointers(element: HTMLElement, viewer: MapViewer, acts: Acts, takesWheel: boolean): () => void {
  const down = new Map<number, { x: number; y: number }>()
  const stop = new AbortController()
  const on = <Kind extends keyof HTMLElementEventMap>(kind: Kind, act: (event: HTMLElementEventMap[Kind]) => void) =>
    element.addEventListener(kind, act, { signal: stop.signal, passive: false })
  const place = (event: MouseEvent) => {
    const box = element.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }
  let moved = 0
  on('wheel', (event) => {
    if (!takesWheel && !event.ctrlKey && document.activeElement !== element) return
    event.preventDefault()
    const { x, y } = place(event)
    viewer.zoom(2 ** (-Math.max(-120, Math.min(120, event.deltaY)) / 200), viewer.cellAt(x, y))
  })
  on('pointerdown', (event) => {
    if (down.size === 0) moved = 0
    down.set(event.pointerId, place(event))
    element.setPointerCapture(event.pointerId)
  })
  on('pointermove', (event) => {
    const to = place(event)
    const from = down.get(event.pointerId)
    if (from === undefined) return viewer.pointAt(to.x, to.y)
    const other = [...down].find(([id]) => id !== event.pointerId)?.[1]
    down.set(event.pointerId, to)
    moved += Math.abs(to.x - from.x) + Math.abs(to.y - from.y)
    if (other === undefined) return viewer.drag(to.x - from.x, to.y - from.y)
    const apart = (one: { x: number; y: number }) => Math.max(1, Math.hypot(one.x - other.x, one.y - other.y))
    viewer.zoom(apart(to) / apart(from), viewer.cellAt((to.x + other.x) / 2, (to.y + other.y) / 2))
  })
  const up = (event: PointerEvent) => {
    const at = down.get(event.pointerId)
    down.delete(event.pointerId)
    if (at !== undefined && moved < still) viewer.pointAt(at.x, at.y)
  }
  on('pointerup', up)
  on('pointercancel', up)
  on('pointerleave', (event) => {
    if (event.pointerType === 'mouse' && down.size === 0) viewer.leave()
  })
  on('dblclick', (event) => {
    const { x, y } = place(event)
    const cell = viewer.cellAt(x, y)
    acts.open(Math.floor(cell.x), Math.floor(cell.y))
  })
  return () => stop.abort()
}

/** @returns whether the key was one of the map's */
export function mapKey(
  event: { readonly key: string; readonly shiftKey: boolean },
  viewer: MapViewer,
  acts: Acts,
): boolean {
  const far = event.shiftKey ? 8 : 1
  switch (event.key) {
    case 'ArrowLeft':
      viewer.step(-far, 0)
      return true
    case 'ArrowRight':
      viewer.step(far, 0)
      return true
    case 'ArrowUp':
      viewer.step(0, -far)
      return true
    case 'ArrowDown':
      viewer.step(0, far)
      return true
    case '+':
    case '=':
      viewer.zoom(2, viewer.cursor && { x: viewer.cursor.x + 0.5, y: viewer.cursor.y + 0.5 })
      return true
    case '-':
      if (viewer.isWhole) acts.wider()
      else viewer.zoom(0.5)
      return true
    case '0':
      viewer.fit()
      return true
    case 'Enter':
      if (viewer.cursor) acts.open(viewer.cursor.x, viewer.cursor.y)
      return true
    case ' ':
      acts.play()
      return true
    default:
      return false
  }
}
