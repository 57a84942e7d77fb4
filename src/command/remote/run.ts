import process from 'node:process'
import { Problem } from '../../base/problem.ts'
import type { AskedCommand, CommandNotice } from '../../server/cli/protocol.ts'
import type { CommandSpec } from '../command.ts'
import { runWords } from '../commander.ts'
import { ExitCode } from '../exit-code.ts'
import type { Terminal } from '../terminal.ts'
import { remoteSpecs } from './remote-spec.ts'

/** The process in which a service runs one command for somebody: says whether it may run, prints, and ends with its exit code. */
async function run({ words, looks, actor, state, config, allow }: AskedCommand): Promise<number> {
  const terminal: Terminal = {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    outLook: looks.out,
    errLook: looks.err,
    errIsTerminal: false,
  }
  const specs = remoteSpecs({ actor, state, config, allow, began: () => say({ kind: 'running' }) })
  return runWords(words, { terminal, specs: specs.map(tellingRefusals), actor })
}

/** A refusal is the service's answer, and printed by the one who asked. */
function tellingRefusals(spec: CommandSpec): CommandSpec {
  return {
    ...spec,
    run: (invocation) =>
      spec.run(invocation).catch(async (error: unknown) => {
        if (!(error instanceof Problem) || (error.code !== 'not-allowed' && error.code !== 'not-remote')) throw error
        await say({ kind: 'refused', code: error.code, message: error.message, hint: error.hint })
        return ExitCode.usage
      }),
  }
}

function say(notice: CommandNotice): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(notice, () => resolve())
    else resolve()
  })
}

// The service is gone, or nobody waits for the answer any more.
const leave = () => process.exit(ExitCode.terminated)
process.once('disconnect', leave)
process.once('message', async (asked) => {
  process.exitCode = await run(asked as AskedCommand)
  process.off('disconnect', leave)
  process.disconnect?.()
})
