import { isIpv4, parseAddress } from '../base/address.ts'

/** Addresses with runs of three or more drawn together: `192.0.2.10-192.0.2.19`. Text that is no address is kept. */
export function addressRanges(addresses: readonly string[]): readonly string[] {
  const sorted = [...new Set(addresses)]
    .map((text) => ({ text, number: numberOf(text) }))
    .sort((a, b) => a.number - b.number)
  const parts: string[] = []
  for (let i = 0; i < sorted.length; ) {
    let j = i
    while (sorted[j + 1] && sorted[j + 1]?.number === (sorted[j]?.number ?? 0) + 1) j++
    if (j - i >= 2) parts.push(`${sorted[i]?.text}-${sorted[j]?.text}`)
    else parts.push(...sorted.slice(i, j + 1).map(({ text }) => text))
    i = j + 1
  }
  return parts
}

/** IPv4 addresses in order; everything else stays behind them, in the order given. */
function numberOf(text: string): number {
  const address = parseAddress(text)
  return address && isIpv4(address) ? address[3] : 2 ** 40
}
