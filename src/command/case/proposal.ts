import { proposeEntry } from '../../asset/propose.ts'
import { yamlText } from '../../base/yaml.ts'
import type { Case } from '../../case/case.ts'
import { printable } from '../../report/escape.ts'

/** Scans whose entries are proposed. */
const most = 8

/** What the allowlist would have to say for the case's scans to be expected next time: the narrowest entries that cover them. */
export async function proposal({ scans, owner, history }: Case): Promise<string> {
  const closed = history.findLast(({ body }) => body.kind === 'closed')
  const known = { owner: owner ?? '', reason: closed?.reason ?? '' }
  const entries = scans.slice(0, most).map(({ scan }) => {
    const { ticket, ...entry } = proposeEntry(scan, known)
    return ticket === null ? entry : { ...entry, ticket }
  })
  const lines = (await yamlText({ allow: entries })).trimEnd().split('\n').map(printable)
  return `To have it expected next time, put this into the allowlist, with the owner who answers for it:\n\n${lines.join('\n')}\n`
}
