/** Qualys counts from 1 (minimal) to 5 (urgent); what is only information has no severity here. */
export function severityOf(level: string | undefined, isInformation: boolean): number {
  const number = Number(level)
  if (isInformation || !(number >= 1 && number <= 5)) return 0
  return Math.max(1, Math.floor(number) - 1)
}

/** What Qualys writes for a name that there is none of. */
export function nameOf(name: string | undefined): string | undefined {
  return name === undefined || /^(?:No registered hostname|N\/A|-)$/i.test(name.trim()) ? undefined : name.trim()
}

/** `04:29:11`, with days before it for long ones, as microseconds; 0 where it is none. */
export function durationOf(text: string): number {
  const found = /^\s*(?:(\d{1,4}) days? )?(\d{1,3}):(\d\d):(\d\d)\s*$/.exec(text)
  if (!found) return 0
  const [, days = '0', hours, minutes, seconds] = found
  return (Number(days) * 86400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1e6
}
