import { useCallback, useMemo, useState } from 'react'
import { useSearchParams } from 'wouter'
import type { ColourBy } from './colours.ts'
import type { PortAcross, PortScale } from './port-raster.ts'
import type { Pace } from './replay.ts'

/** What is looked at and how: all that a link to a view has to say. */
export interface ViewState {
  readonly view: 'addresses' | 'ports'
  /** Empty for the block that fits best. */
  readonly block: string
  /** Empty for what tells most of the scan: its sources where they are many together, else the order. */
  readonly colour: ColourBy | ''
  readonly across: PortAcross
  readonly scale: PortScale
  readonly pace: Pace
  /** Where the replay stands, 0 to 1. */
  readonly at: number
  readonly zoom: number
  readonly x: number
  readonly y: number
}

const usualView: ViewState = {
  view: 'addresses',
  block: '',
  colour: '',
  across: 'time',
  scale: 'ranked',
  pace: 'time',
  at: 1,
  zoom: 1,
  x: 0,
  y: 0,
}

const choices = {
  view: ['addresses', 'ports'],
  colour: ['order', 'outcome', 'source'],
  across: ['time', 'address'],
  scale: ['ranked', 'log'],
  pace: ['time', 'touch'],
} as const

export type ChangeView = (change: Partial<ViewState>) => void

/** The view, kept in the page's address where it is a page of its own: it can be shared, and is there after a reload. */
export function useViewState(isInAddress: boolean): readonly [ViewState, ChangeView] {
  const [own, setOwn] = useState(usualView)
  const [search, setSearch] = useSearchParams()
  const text = search.toString()
  const read = useMemo(() => viewOf(new URLSearchParams(text)), [text])
  const change = useCallback<ChangeView>(
    (next) => {
      if (!isInAddress) setOwn((before) => ({ ...before, ...next }))
      else setSearch((before) => withView(before, next), { replace: true })
    },
    [isInAddress, setSearch],
  )
  return [isInAddress ? read : own, change]
}

/** Whatever an address says: what is no view is the usual one. */
function viewOf(search: URLSearchParams): ViewState {
  const word = <Key extends keyof typeof choices>(key: Key) => {
    const given = search.get(key)
    return (choices[key] as readonly (string | null)[]).includes(given) ? (given as ViewState[Key]) : usualView[key]
  }
  const number = (key: 'at' | 'zoom' | 'x' | 'y', low: number, high: number) => {
    const given = search.get(key)
    const value = Number(given)
    return given === null || !Number.isFinite(value) ? usualView[key] : Math.min(high, Math.max(low, value))
  }
  return {
    view: word('view'),
    colour: word('colour'),
    across: word('across'),
    scale: word('scale'),
    pace: word('pace'),
    block: (search.get('block') ?? '').slice(0, 60),
    at: number('at', 0, 1),
    zoom: number('zoom', 1, 4096),
    x: number('x', 0, 4096),
    y: number('y', 0, 4096),
  }
}

function withView(search: URLSearchParams, change: Partial<ViewState>): URLSearchParams {
  const next = new URLSearchParams(search)
  for (const [key, value] of Object.entries(change)) {
    if (value === usualView[key as keyof ViewState]) next.delete(key)
    else next.set(key, typeof value === 'number' ? String(Math.round(value * 1e4) / 1e4) : value)
  }
  return next
}
