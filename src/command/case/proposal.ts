import type { Case } from '../../case/case.ts'
import { printable } from '../../report/escape.ts'

/** What the allowlist would have to say for the case's scans to be expected next time. */
export async function proposal({ scans }: Case): Promise<string> {
  const lines = scans.slice(0, 8).map(({ scan }) => {
    const { sources, targets } = scan
    return `  sources ${printable(sources.slice(0, 8).join(', '))}; targets ${printable(targets.blocks.join(', '))}; ports ${targets.ports.slice(0, 32).join(', ')}\n`
  })
  return `To have it expected next time, declare it in the allowlist, with owner, reason and expiry:\n${lines.join('')}`
}
