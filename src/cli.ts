import process from 'node:process'
import { runCommandLine } from './command/commander.ts'
import { drain } from './command/drain.ts'
import { ExitCode } from './command/exit-code.ts'
import { endQuietlyOnBrokenPipe } from './command/terminal.ts'

endQuietlyOnBrokenPipe()
for (const [signal, code] of [
  ['SIGINT', ExitCode.interrupted],
  ['SIGTERM', ExitCode.terminated],
] as const) {
  process.on(signal, () => {
    if (drain()) return
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
    process.stderr.write('sweepwatch: interrupted; nothing was kept\n')
    process.exit(code)
  })
}

// A service starts it as its engine or for a job: what the service no longer needs ends with it.
if (process.channel) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel.unref()
}

process.exitCode = await runCommandLine(process.argv.slice(2))
