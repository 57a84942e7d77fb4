import { userInfo } from 'node:os'
import type { DatabaseSync } from 'node:sqlite'
import { type Account, Accounts } from '../account/accounts.ts'
import { AuditLog } from '../account/audit-log.ts'
import { OneTimeLinks } from '../account/links.ts'
import { type Role, roles } from '../account/role.ts'
import { type Scope, scopes } from '../account/scope.ts'
import { Sessions } from '../account/sessions.ts'
import { mostDays, Tokens } from '../account/tokens.ts'
import { Problem } from '../base/problem.ts'
import { loadConfig } from '../config/load.ts'
import { chooseAction } from './choose-action.ts'
import type { CommandSpec, Invocation } from './command.ts'
import { ExitCode } from './exit-code.ts'
import { linkTo } from './link-to.ts'
import { configOption, stateOption, withCases } from './state-directory.ts'
import { tableText } from './table.ts'

const actions = { list, add, link, disable, token }
const usualDays = 90

export default {
  id: 'account',
  about:
    'Who may sign in to the service: list, add, a one-time link for who is new or locked out, disable, tokens for programs.',
  examples: [
    { line: 'sweepwatch account add alice --role analyst', about: 'prints a link with which alice sets a password' },
    { line: 'sweepwatch account link alice', about: 'for who is locked out; good once, for an hour' },
    { line: 'sweepwatch account token alice --name siem --scope read --days 30', about: 'prints a token, once' },
  ],
  argument: {
    name: '[ACTION...]',
    about: 'list; add, link, disable or token with a NAME (default: list)',
    completes: 'none',
  },
  options: [
    stateOption,
    configOption,
    { flags: '--role <ROLE>', about: `add: ${roles.join(', ')}`, choices: roles },
    {
      flags: '--without-second-factor',
      about: 'link: removes the second factor, where the app and the codes are lost',
    },
    { flags: '--name <TEXT>', about: 'token: what it is for' },
    { flags: '--scope <SCOPE>', about: `token: ${scopes.join(', ')}; repeatable`, repeatable: true },
    { flags: '--days <N>', about: `token: how long it is good (default: ${usualDays}, at most ${mostDays})` },
  ],
  async run(invocation) {
    const [action = 'list', name = ''] = invocation.words
    const act = chooseAction('account', action, actions)
    return withCases(invocation, async ({ database }) => {
      await act({ invocation, database, name, accounts: new Accounts(database) })
      return ExitCode.done
    })
  },
} satisfies CommandSpec

interface Asked {
  readonly invocation: Invocation
  readonly database: DatabaseSync
  readonly accounts: Accounts
  readonly name: string
}

function list({ invocation, accounts }: Asked): void {
  const all = accounts.list()
  if (all.length === 0) {
    invocation.terminal.out('There are no accounts: `sweepwatch serve` prints a link to make the first.\n')
    return
  }
  const rows = all.map(({ name, role, isDisabled, totp, lastSignIn }) => [
    name,
    role,
    isDisabled ? 'disabled' : 'active',
    totp === null ? '-' : 'yes',
    lastSignIn ?? 'never',
  ])
  const columns = ['name', 'role', 'state', 'second factor', 'last sign-in']
  invocation.terminal.out(tableText(columns, rows, invocation.terminal.outLook))
}

async function add(asked: Asked): Promise<void> {
  const role = asked.invocation.text('role') as Role | undefined
  if (role === undefined) throw new Problem('usage', 'which role?', { hint: `Give --role: ${roles.join(', ')}.` })
  const account = asked.accounts.add(asked.name, role)
  written(asked, 'account add', { account: account.name, role })
  await printLink(asked, account)
}

async function link(asked: Asked): Promise<void> {
  const account = asked.accounts.find(asked.name)
  if (account.isDisabled) throw new Problem('usage', `${account.name} is disabled`)
  const isWithout = asked.invocation.flag('without-second-factor')
  if (isWithout) asked.accounts.setTotp(account.id, null)
  written(asked, 'account link', { account: account.name, withoutSecondFactor: isWithout })
  await printLink(asked, account)
}

function disable(asked: Asked): void {
  const account = asked.accounts.find(asked.name)
  asked.accounts.setDisabled(account.id, true)
  new Sessions(asked.database).endAll(account.id)
  written(asked, 'account disable', { account: account.name })
  asked.invocation.terminal.out(`${account.name} is disabled; its sessions and tokens are no longer good.\n`)
}

function token(asked: Asked): void {
  const { invocation, database, accounts } = asked
  const account = accounts.find(asked.name)
  const wanted = invocation.list('scope').map(scopeOf)
  if (wanted.length === 0)
    throw new Problem('usage', 'a token for what?', { hint: `Give --scope: ${scopes.join(', ')}.` })
  const days = Number(invocation.text('days') ?? usualDays)
  if (!Number.isInteger(days) || days < 1 || days > mostDays) throw new Problem('usage', `--days: 1 to ${mostDays}`)
  const name = invocation.text('name') ?? 'command line'
  const { id, secret } = new Tokens(database).make(account.id, { name, scopes: wanted, days })
  written(asked, 'account token', { account: account.name, token: id, scopes: wanted.join(' '), days })
  invocation.terminal.out(`${secret}\n`)
  invocation.terminal.err('It is shown this once. Keep it in a file that only its program can read.\n')
}

function scopeOf(text: string): Scope {
  if (scopes.includes(text as Scope)) return text as Scope
  throw new Problem('usage', `--scope ${text}: no such scope`, { hint: `There are: ${scopes.join(', ')}.` })
}

async function printLink({ invocation, database }: Asked, { id, name }: Account): Promise<void> {
  const { serve } = (await loadConfig(invocation.text('config'))).config
  const address = serve?.url ?? `${serve?.tls ? 'https' : 'http'}://${serve?.listen ?? '127.0.0.1:8420'}`
  invocation.terminal.out(`With this link ${name} sets a password; it is good once, for an hour:\n`)
  invocation.terminal.out(`${linkTo(address, new OneTimeLinks(database).make(id))}\n`)
}

function written({ database }: Asked, operation: string, about: Readonly<Record<string, unknown>>): void {
  const { username, uid } = userInfo()
  new AuditLog(database).add({
    account: '',
    via: `machine ${username} (${uid})`,
    origin: 'machine',
    operation,
    about: JSON.stringify(about),
    status: 200,
    code: '',
  })
}
