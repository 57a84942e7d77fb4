import { createContext, type ReactNode, useContext, useMemo, useState } from 'react'

type Zone = 'utc' | 'local'

interface TimeChoice {
  readonly zone: Zone
  readonly choose: (zone: Zone) => void
}

const key = 'sweepwatch-time-zone'
const Context = createContext<TimeChoice>({ zone: 'utc', choose: () => {} })

/** Times in UTC or local, as this person chose in this browser. */
export function TimeProvider({ children }: { readonly children: ReactNode }) {
  const [zone, setZone] = useState<Zone>(() => (localStorage.getItem(key) === 'local' ? 'local' : 'utc'))
  const choice = useMemo(
    () => ({
      zone,
      choose: (next: Zone) => {
        localStorage.setItem(key, next)
        setZone(next)
      },
    }),
    [zone],
  )
  return <Context value={choice}>{children}</Context>
}

export function useTimeZone(): TimeChoice {
  return useContext(Context)
}

/** `2026-01-31 23:59:59`, with or without seconds, in the chosen zone; the zone's offset is not part of it. */
export function timeText(iso: string, zone: Zone, seconds = true): string {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return iso
  const shifted = zone === 'utc' ? at : new Date(at.getTime() - at.getTimezoneOffset() * 60_000)
  return shifted
    .toISOString()
    .replace('T', ' ')
    .slice(0, seconds ? 19 : 16)
}

/** A moment, with how long ago it was and its full form for whoever points at it. */
export function Time({ iso, seconds = false }: { readonly iso: string | null; readonly seconds?: boolean }) {
  const { zone } = useTimeZone()
  if (iso === null) return <span>–</span>
  return (
    <time dateTime={iso} title={`${iso} (${agoText(iso)})`} className="time">
      {timeText(iso, zone, seconds)}
    </time>
  )
}

/** `5 min ago`, `in 3 h`. */
export function agoText(iso: string, now = Date.now()): string {
  const seconds = Math.round((now - Date.parse(iso)) / 1000)
  const text = spanText(Math.abs(seconds))
  return seconds >= 0 ? `${text} ago` : `in ${text}`
}

/** `45 s`, `12 min`, `3 h`, `9 d`. */
export function spanText(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  if (seconds < 129_600) return `${Math.round(seconds / 3600)} h`
  return `${Math.round(seconds / 86_400)} d`
}
