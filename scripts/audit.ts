/** Fails when a dependency has a known vulnerability; only warns where the registry gives no answer. */
import { spawnSync } from 'node:child_process'

const { stdout } = spawnSync('npm', ['audit', '--json'], { encoding: 'utf8', maxBuffer: 1 << 28 })
const found = total(stdout)
if (found === undefined) console.error('audit: the registry gave no answer; nothing was checked')
else if (found > 0) {
  console.error(`audit: ${found} known vulnerabilities; see npm audit`)
  process.exitCode = 1
}

/** The count in npm's report; undefined when it is no report. */
function total(text: string): number | undefined {
  try {
    const count = JSON.parse(text)?.metadata?.vulnerabilities?.total
    return typeof count === 'number' ? count : undefined
  } catch {
    return undefined
  }
}
