/** What the process tells its caller. `--fail-on` wins over damage: a pipeline that asked to be stopped by a scan is stopped. */
export const ExitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  found: 3,
  damaged: 4,
  interrupted: 130,
  terminated: 143,
} as const

/** Codes of `Problem` that mean the command line or the configuration is wrong, rather than the world. */
const usageCodes: ReadonlySet<string> = new Set([
  'usage',
  'config',
  'intel',
  'no-such-format',
  'net',
  'bad-network',
  'allow',
  'inventory',
  'kev',
  'epss',
  'where',
  'no-such-word',
  'no-state',
  'no-archive',
  'no-such-hunt',
  'hunt-parameter',
  'hunt-networks',
  'hunt-sql',
  'no-such-case',
  'several-cases',
  'case-status',
  'pseudonym-key',
  'no-such-plan',
  'several-plans',
  'plan-status',
  'same-approver',
  'no-such-target',
  'dry-run',
  'guard',
  'ruleset',
  'not-remote',
  'token-file',
])

export function exitCodeOf(problemCode: string): number {
  return usageCodes.has(problemCode) ? ExitCode.usage : ExitCode.failed
}
