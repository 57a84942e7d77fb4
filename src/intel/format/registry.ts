import csv from './csv.ts'
import firehol from './firehol.ts'
import type { ListContent, ListFormat } from './format.ts'
import mispEvent from './misp-event.ts'
import mispWarninglist from './misp-warninglist.ts'
import plain from './plain.ts'
import spamhausDrop from './spamhaus-drop.ts'
import spamhausJson from './spamhaus-json.ts'
import stix from './stix.ts'

/** Every format of lists. */
export const listFormats: readonly ListFormat[] = [
  plain,
  csv,
  firehol,
  spamhausDrop,
  spamhausJson,
  stix,
  mispEvent,
  mispWarninglist,
]

/** The format that a content looks like most; undefined where it looks like none, or like two of them alike. */
export function recogniseList(content: ListContent): ListFormat | undefined {
  const claims = listFormats.map((format) => ({ format, claim: format.recognise(content) }))
  const best = Math.max(...claims.map(({ claim }) => claim))
  const found = claims.filter(({ claim }) => claim === best)
  return best > 0 && found.length === 1 ? found[0]?.format : undefined
}
