import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import type { LiveEvent } from '../../src/server/contract.ts'

type State = 'live' | 'waiting'

const Context = createContext<State>('waiting')

/**
 * Listens to the service's events, and has what is shown asked for anew when it changed: a query key that begins with an event's topic is
 * out of date when the event comes (`['cases', …]`, `['plans', …]`). The browser resumes by itself after the last event it saw.
 */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient()
  const [state, setState] = useState<State>('waiting')
  useEffect(() => {
    const source = new EventSource('/api/live')
    const stale = new Set<string>()
    let timer: ReturnType<typeof setTimeout> | undefined
    source.onopen = () => setState('live')
    source.onerror = () => setState('waiting')
    source.onmessage = ({ data }: MessageEvent<string>) => {
      const event = JSON.parse(data) as LiveEvent
      for (const topic of event.topics) stale.add(topic)
      // A running scan changes its case many times a second; people read slower.
      timer ??= setTimeout(() => {
        timer = undefined
        for (const topic of stale) client.invalidateQueries({ queryKey: [topic] })
        stale.clear()
      }, 500)
    }
    return () => {
      source.close()
      clearTimeout(timer)
    }
  }, [client])
  return <Context value={state}>{children}</Context>
}

/** Whether events come in. */
export function useLive(): State {
  return useContext(Context)
}
