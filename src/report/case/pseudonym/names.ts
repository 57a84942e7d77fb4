import type { Case } from '../../../case/case.ts'

/** Words as they stand in text: labels of letters, digits, hyphens and underscores, joined by dots. */
const words = /[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*/gu
const shortestName = 2

/**
 * Replaces names of ours wherever they stand as words: hosts of the inventory (also as the first label of a longer name), names and
 * zones that the scan learned (also as the end of a longer name), and ids of scans.
 * @param digest a keyed digest of a text, 12 hex digits
 */
export function namePseudonyms(
  theCase: Case,
  digest: (kind: string, text: string) => string,
): (text: string) => string {
  const scans = theCase.scans.map(({ scan }) => scan)
  const ids = new Set(scans.map(({ id }) => id.toLowerCase()))
  const hosts = nameSet((theCase.triage?.touched ?? []).map(({ asset }) => asset?.name ?? ''))
  const zones = nameSet(
    scans.flatMap(({ names, zones }) => [...(names ?? []).map(({ name }) => name), ...(zones ?? [])]),
  )
  return (text) =>
    text.replace(words, (word) => {
      const lower = word.toLowerCase()
      if (ids.has(lower)) return digest('scan', lower)
      const isOurs =
        hosts.has(lower) || hosts.has(lower.split('.', 1)[0] as string) || endings(lower).some((end) => zones.has(end))
      return isOurs ? `name-${digest('name', lower)}` : word
    })
}

function nameSet(names: readonly string[]): ReadonlySet<string> {
  const known = names.map((name) => name.toLowerCase().replace(/\.$/, ''))
  return new Set(known.filter((name) => name.length >= shortestName && !/^[\d.]+$/.test(name)))
}

/** `a.b.c`, `b.c`, `c`; of longer names the last sixteen. */
function endings(name: string): readonly string[] {
  const labels = name.split('.').slice(-16)
  return [name, ...labels.map((_, index) => labels.slice(index).join('.'))]
}
