const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

/** `15m`, `8h`, `7d` in seconds; undefined where it is none. */
export function secondsOf(text: string): number | undefined {
  const match = /^(\d{1,6})(s|m|h|d|w)$/.exec(text)
  return match === null ? undefined : Number(match[1]) * (units[match[2] as string] as number)
}
