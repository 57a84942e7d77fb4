import { openAllowlist } from '../../asset/allowlist.ts'
import { askedExtent } from '../../asset/asked-extent.ts'
import type { ScanExtent } from '../../asset/asset.ts'
import { Problem } from '../../base/problem.ts'
import { jsonLine, printable } from '../../report/escape.ts'
import { paint } from '../../report/look.ts'
import type { Invocation } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { allowSources } from './entries.ts'

/** Says whether a scan would be in scope, and why; exits 1 where it would not. */
export async function testScan(invocation: Invocation): Promise<number> {
  const { terminal } = invocation
  const extent = extentOf(invocation)
  const list = await openAllowlist((await allowSources(invocation)).flatMap(({ entries }) => entries))
  const match = list.match(extent)
  const inScope = match?.inScope ?? false
  const because = match?.because ?? ['No entry names a source of it.']
  if (invocation.flag('json')) terminal.out(`${jsonLine({ inScope, entry: match?.entry.id ?? null, because })}\n`)
  else {
    const head = match === undefined ? 'not declared' : `${inScope ? 'in' : 'out of'} scope of ${match.entry.id}`
    const lines = because.map((text) => `  ${printable(text)}\n`).join('')
    terminal.out(`${paint(terminal.outLook, inScope ? 'green' : 'red', printable(head))}\n${lines}`)
  }
  return inScope ? ExitCode.done : ExitCode.failed
}

/** What is asked: what is not given is not judged. @throws Problem `usage` */
function extentOf(invocation: Invocation): ScanExtent {
  const at = invocation.text('at')
  const sources = invocation.list('source')
  if (at === undefined || sources.length === 0) {
    throw new Problem('usage', 'when, and from where?', { hint: 'Give --at TIME and --source ADDRESS.' })
  }
  return askedExtent({
    at,
    until: invocation.text('until'),
    sources,
    targets: invocation.list('target'),
    ports: invocation.list('port'),
    methods: invocation.list('method'),
  })
}
