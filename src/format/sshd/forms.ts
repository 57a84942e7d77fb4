import { ascii } from '../../base/ascii.ts'
import { Outcome, Subject } from '../../event/batch.ts'

/** How the words behind a message's beginning are laid out. */
export const Layout = {
  /** `password for [invalid user] NAME from ADDRESS port N ssh2` */
  method: 0,
  /** `NAME from ADDRESS port N` */
  user: 1,
  /** `[authenticating user NAME|invalid user NAME] ADDRESS port N`; `user NAME ADDRESS` is the end of a session. */
  peer: 2,
  /** `ADDRESS port N: …`, `ADDRESS port N on ADDRESS port N` */
  address: 3,
  /** `'what was sent' from ADDRESS port N` */
  banner: 4,
  /** `[ADDRESS]:N on [ADDRESS]:N …` */
  bracket: 5,
  /** `NAME from ADDRESS not allowed because …` */
  denied: 6,
} as const

export interface Form {
  readonly word: Uint8Array
  readonly layout: number
  readonly subject: number
  readonly outcome: number
  /** Only what stands before authentication: the rest ends a session. */
  readonly isEarly: boolean
}

const form = (word: string, layout: number, subject: number, outcome: number, isEarly = false): Form => ({
  word: ascii(word),
  layout,
  subject,
  outcome,
  isEarly,
})
const { auth, ssh } = Subject
const { established, refused, blocked, unknown } = Outcome

/** What sshd writes of somebody outside (auth.c, auth2.c, packet.c, sshd.c, kex.c of OpenSSH 3 to 10), by how it begins. */
export const forms: readonly Form[] = [
  form('Failed ', Layout.method, auth, refused),
  form('Accepted ', Layout.method, auth, established),
  form('Invalid user ', Layout.user, auth, refused),
  form('Illegal user ', Layout.user, auth, refused),
  form('User ', Layout.denied, auth, refused),
  form('maximum authentication attempts exceeded for ', Layout.user, auth, refused),
  form('PAM: Authentication failure for ', Layout.user, auth, refused),
  form('PAM: User not known to the underlying authentication module for ', Layout.user, auth, refused),
  form('Connection closed by ', Layout.peer, ssh, unknown),
  form('Connection reset by ', Layout.peer, ssh, unknown),
  form('Disconnected from ', Layout.peer, ssh, unknown, true),
  form('Disconnecting ', Layout.peer, ssh, unknown, true),
  form('ssh_dispatch_run_fatal: Connection from ', Layout.peer, ssh, unknown, true),
  form('Received disconnect from ', Layout.address, ssh, unknown, true),
  form('Did not receive identification string from ', Layout.address, ssh, unknown),
  form('Unable to negotiate with ', Layout.address, ssh, unknown),
  form('banner exchange: Connection from ', Layout.address, ssh, unknown),
  form('Connection from ', Layout.address, ssh, unknown),
  form('Timeout before authentication for connection from ', Layout.address, ssh, unknown),
  form('Timeout before authentication for ', Layout.address, ssh, unknown),
  form('Protocol major versions differ for ', Layout.address, ssh, unknown),
  form('ROOT LOGIN REFUSED FROM ', Layout.address, auth, refused),
  form('Bad protocol version identification ', Layout.banner, ssh, unknown),
  form('refused connect from ', Layout.address, ssh, blocked),
  form('drop connection ', Layout.bracket, ssh, blocked),
]

/** What loggers and sshd itself put before a message. */
export const openings: readonly Uint8Array[] = ['error: ', 'fatal: ', 'info: '].map(ascii)
