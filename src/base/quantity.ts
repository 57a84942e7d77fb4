/** Numbers as a person reads them. All output is English and UTC, whatever the locale: the same input gives the same bytes. */

export function count(number: number): string {
  return Math.round(number)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}

/** `1 probe`, `2 probes`, `3 addresses`. */
export function several(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`
}

/** @param milliseconds 0 or more */
export function duration(milliseconds: number): string {
  if (milliseconds < 1) return '0 s'
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1).replace(/\.0$/, '')} s`
  const seconds = Math.round(milliseconds / 1000)
  const units: readonly [number, string][] = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'min'],
    [1, 's'],
  ]
  const first = units.findIndex(([size]) => seconds >= size)
  const [size, unit] = units[first] as [number, string]
  const [nextSize, nextUnit] = units[Math.min(first + 1, 3)] as [number, string]
  const rest = Math.floor((seconds % size) / nextSize)
  return `${Math.floor(seconds / size)} ${unit}${rest > 0 ? ` ${rest} ${nextUnit}` : ''}`
}

/** @param share 0 to 1; never rounds up to 100 % or down to 0 %. */
export function percent(share: number): string {
  if (share >= 1) return '100%'
  if (share > 0.99) return `${Math.floor(share * 1000) / 10}%`
  if (share > 0 && share < 0.01) return share < 0.0001 ? 'under 0.01%' : `${(share * 100).toFixed(2)}%`
  return `${Math.round(share * 100)}%`
}

/** `+35.1`, `−3.9`. */
export function nats(value: number, minus = '−'): string {
  return `${value < 0 ? minus : '+'}${Math.abs(value).toFixed(1)}`
}

/** A probability of chance: `1e-12`, `0.03`; below 1e-300 numbers lose their digits. */
export function chance(p: number): string {
  if (p < 1e-300) return 'under 1e-300'
  return p < 0.001 ? p.toExponential(0) : p.toPrecision(2)
}

/** `2026-11-22 03:27:00 UTC` from an ISO time. */
export function moment(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`
}

/** `2026-11-22 03:27:00 to 03:27:07 UTC`, the date once where it is the same day. */
export function span(first: string, last: string): string {
  if (first.slice(0, 19) === last.slice(0, 19)) return moment(first)
  const end =
    first.slice(0, 10) === last.slice(0, 10) ? last.slice(11, 19) : `${last.slice(0, 10)} ${last.slice(11, 19)}`
  return `${first.slice(0, 10)} ${first.slice(11, 19)} to ${end} UTC`
}

/** Milliseconds from one ISO time to another, never negative. */
export function between(first: string, last: string): number {
  return Math.max(0, Date.parse(last) - Date.parse(first))
}

/** Sorted numbers as ranges: `22, 80-82, 443`; past `most` ranges the rest is counted. */
export function ranges(numbers: readonly number[], most = 12): string {
  const sorted = [...numbers].sort((a, b) => a - b)
  const parts: string[] = []
  for (let i = 0; i < sorted.length; ) {
    let j = i
    while (j + 1 < sorted.length && sorted[j + 1] === (sorted[j] as number) + 1) j++
    parts.push(j > i + 1 ? `${sorted[i]}-${sorted[j]}` : sorted.slice(i, j + 1).join(', '))
    i = j + 1
  }
  return parts.length <= most
    ? parts.join(', ')
    : `${parts.slice(0, most).join(', ')} and more (${count(sorted.length)} in all)`
}

/** `a, b and c`; past `most` the rest is counted. */
export function listed(items: readonly string[], most = 4): string {
  const shown = items.length <= most ? items : [...items.slice(0, most - 1), `${count(items.length - most + 1)} more`]
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

const byteUnits = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const

/** `24 MB`: decimal units, two or three digits. */
export function bytes(number: number): string {
  let value = number
  let unit = 0
  while (value >= 1000 && unit < byteUnits.length - 1) {
    value /= 1000
    unit++
  }
  const digits = value >= 100 || unit === 0 ? Math.round(value) : Number(value.toPrecision(2))
  return `${digits} ${byteUnits[unit]}`
}
