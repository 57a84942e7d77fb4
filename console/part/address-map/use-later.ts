import { useCallback, useEffect, useRef } from 'react'
import type { ChangeView, ViewState } from './view-state.ts'

/** A view is written down when it has been still for so long. Milliseconds. */
const still = 300

/** Gathers changes that come many times a second, and makes them once it is quiet. */
export function useLater(change: ChangeView): ChangeView {
  const waiting = useRef<Partial<ViewState>>({})
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  return useCallback(
    (next) => {
      waiting.current = { ...waiting.current, ...next }
      clearTimeout(timer.current)
      timer.current = setTimeout(() => {
        const all = waiting.current
        waiting.current = {}
        change(all)
      }, still)
    },
    [change],
  )
}
