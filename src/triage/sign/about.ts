import type { SignKind } from '../../case/case.ts'

/** What each kind of sign means, for `explain` and the documents. */
export const signTexts: Readonly<Record<SignKind, string>> = {
  session:
    'The actor used a service that had answered its scan, beyond probing it: data went both ways, more than a banner. By itself it shows interest, no attack.',
  exploit:
    'The actor tried to exploit what it found: words of attacks in a request (path traversal, JNDI, command injection …), or an alert of a device that names an attack. Rule E3.',
  guessing:
    'The actor guessed passwords: at least five logins that failed in the log of a service, or ten and more connections to a service that asks for a login, where there is no log. Rule E3.',
  login: 'A source that had scanned logged in, perhaps after failures. Rule E4.',
  'outbound-volume':
    'A touched system sent much out: more than three standard deviations above its own days where its past is known; else more than 1 MiB at ten times what came in, to the actor or to an address it had not used before the scan. Rule E4.',
  'first-destination':
    'A touched system opened a connection to the actor, or, where at least seven days of its past are known, to an address that it never used. Rule E4, where it is sure enough.',
  'inside-scan': 'A touched system began to scan itself: whoever took it looks for where to go next. Rule E4.',
  'admin-pair':
    'A touched system uses an administration port (SSH, RPC, SMB, RDP, WinRM …) of another of ours as it never did in the days that are known. Rule E4.',
  uncommon:
    'A program or a machine that was touched uses the network as it never did (see `uncommon` in docs/output.md). Rule E4.',
}
