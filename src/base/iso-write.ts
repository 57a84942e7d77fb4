/** Bytes that `writeIso` writes. */
export const isoLength = 27

/** Writes microseconds since the epoch, one element (0 to the year 9999), as `2026-11-22T02:10:00.000000Z`. Nothing is allocated. */
export function writeIso(micros: Float64Array, out: Uint8Array, at: number): void {
  const days = Math.floor(micros[0]! / 86400e6) | 0
  const clock = Math.floor((micros[0]! - days * 86400e6) / 1e6) | 0
  const fraction = (micros[0]! - days * 86400e6 - clock * 1e6) | 0
  // Gregorian date of a day number, with years that begin in March (proleptic, as `daysOf` counts).
  const shifted = days + 719468
  const era = (shifted / 146097) | 0
  const ofEra = shifted - era * 146097
  const yearOfEra = ((ofEra - ((ofEra / 1460) | 0) + ((ofEra / 36524) | 0) - ((ofEra / 146096) | 0)) / 365) | 0
  const ofYear = ofEra - (365 * yearOfEra + ((yearOfEra / 4) | 0) - ((yearOfEra / 100) | 0))
  const month = ((5 * ofYear + 2) / 153) | 0
  const civilMonth = month < 10 ? month + 3 : month - 9
  digits(yearOfEra + era * 400 + (civilMonth <= 2 ? 1 : 0), 4, 45, out, at)
  digits(civilMonth, 2, 45, out, at + 5)
  digits(ofYear - (((153 * month + 2) / 5) | 0) + 1, 2, 84, out, at + 8)
  digits((clock / 3600) | 0, 2, 58, out, at + 11)
  digits(((clock / 60) | 0) % 60, 2, 58, out, at + 14)
  digits(clock % 60, 2, 46, out, at + 17)
  digits(fraction, 6, 90, out, at + 20)
}

function digits(value: number, count: number, then: number, out: Uint8Array, at: number): void {
  let rest = value
  for (let i = at + count - 1; i >= at; i--) {
    out[i] = 48 + (rest % 10)
    rest = (rest / 10) | 0
  }
  out[at + count] = then
}
