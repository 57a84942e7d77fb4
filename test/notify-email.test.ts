import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer as createSilentServer } from 'node:net'
import { test } from 'node:test'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { hostileText } from '../fixtures/report/sample.ts'
import type { Sent } from '../src/notify/channel.ts'
import { email } from '../src/notify/email.ts'
import { noticeOf } from '../src/notify/notice.ts'
import type { EmailSettings } from '../src/notify/settings.ts'
import { delivery, escalatedCase, selfSigned, start } from './notify-parts.ts'

const never = new AbortController().signal
const plain: EmailSettings = {
  kind: 'email',
  host: '127.0.0.1',
  port: 0,
  tls: 'none',
  user: null,
  passwordFile: null,
  ca: null,
  from: 'sweepwatch@example.org',
  to: ['soc@example.org', 'second@example.org'],
}

interface Mail {
  readonly from: string
  readonly to: readonly string[]
  readonly text: string
  readonly secure: boolean
}

interface Exchange {
  readonly mails: readonly Mail[]
  readonly sent: Sent
}

/** Runs a real SMTP server and sends it one delivery. */
async function exchange(
  server: SMTPServerOptions = {},
  changed: Partial<EmailSettings> = {},
  options: { made?: ReturnType<typeof delivery>; password?: string; ca?: string; signal?: AbortSignal } = {},
): Promise<Exchange> {
  const mails: Mail[] = []
  const smtp = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    socketTimeout: 2000,
    closeTimeout: 500,
    onData(stream, session, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          text: Buffer.concat(chunks).toString().replace(/=\r\n/g, ''),
          secure: session.secure,
        })
        callback()
      })
    },
    ...server,
  })
  smtp.on('error', () => {})
  smtp.listen(0, '127.0.0.1')
  await once(smtp.server, 'listening')
  try {
    const { port } = smtp.server.address() as AddressInfo
    const channel = email({
      name: 'mail',
      settings: { ...plain, port, ...changed },
      password: options.password ?? null,
      ca: options.ca ?? null,
      link: null,
      silence: 2000,
    })
    const sent = await channel.send(options.made ?? delivery(), { at: start, signal: options.signal ?? never })
    return { mails, sent }
  } finally {
    await new Promise<void>((resolve) => smtp.close(() => resolve()))
  }
}

test('e-mail: one digest of several cases as text and HTML, with an id that is always the same', async () => {
  const { mails, sent } = await exchange()
  assert.deepEqual(sent, { kind: 'delivered', detail: 'accepted for 2' })
  const [mail] = mails as [Mail]
  assert.deepEqual([mail.from, mail.to], ['sweepwatch@example.org', ['soc@example.org', 'second@example.org']])
  assert.match(mail.text, /^Subject: \[Sweepwatch\] CRITICAL: 2 cases to escalate\r$/m)
  assert.match(mail.text, new RegExp(`^Message-ID: <${delivery().id}@sweepwatch>\\r$`, 'm'))
  assert.match(mail.text, /^Auto-Submitted: auto-generated\r$/m)
  assert.match(mail.text, /^Date: Sun, 22 Nov 2026 04:00:00 \+0000\r$/m)
  assert.match(
    mail.text,
    /Content-Type: text\/plain[\s\S]*case 1[\s\S]*case 2[\s\S]*Content-Type: text\/html[\s\S]*<h2>case 1<\/h2>/,
  )
  assert.match(mail.text, /sweepwatch case show c-1/)
})

test('e-mail: one case gives its title', async () => {
  const { mails } = await exchange({}, {}, { made: delivery({ notices: delivery().notices.slice(0, 1) }) })
  assert.match(mails[0]?.text ?? '', /^Subject: \[Sweepwatch\] CRITICAL: case 1\r$/m)
})

test('e-mail: a title cannot add a header, a receiver or markup', async () => {
  const made = noticeOf(escalatedCase(1, { title: `x\r\nBcc: evil@example.net\r\n\r\n.\r\nQUIT${hostileText}` }), 'low')
  const { mails, sent } = await exchange({}, {}, { made: delivery({ notices: [made!] }) })
  assert.equal(sent.kind, 'delivered')
  assert.deepEqual(mails[0]?.to, plain.to)
  assert.doesNotMatch(mails[0]?.text ?? '', /^Bcc:/m)
  assert.doesNotMatch(mails[0]?.text ?? '', /<h2>[^\n]*<img/)
})

test('e-mail: what a server refuses for now is tried again, what it refuses for good is not', async () => {
  const refusing = (responseCode: number): SMTPServerOptions => ({
    onMailFrom: (_, __, callback) => callback(Object.assign(new Error('no'), { responseCode })),
  })
  assert.equal((await exchange(refusing(451))).sent.kind, 'retry')
  assert.equal((await exchange(refusing(550))).sent.kind, 'rejected')
  const some: SMTPServerOptions = {
    onRcptTo: ({ address }, _, callback) =>
      callback(address.startsWith('second') ? Object.assign(new Error('who?'), { responseCode: 550 }) : null),
  }
  const { sent, mails } = await exchange(some)
  assert.deepEqual(sent, { kind: 'delivered', detail: 'accepted for 1, refused for 1' })
  assert.deepEqual(mails[0]?.to, ['soc@example.org'])
})

test('e-mail: nobody there, and somebody who never says a word', async () => {
  const nobody = email({
    name: 'mail',
    settings: { ...plain, port: 1 },
    password: null,
    ca: null,
    link: null,
    silence: 500,
  })
  assert.equal((await nobody.send(delivery(), { at: start, signal: never })).kind, 'retry')
  const silent = createSilentServer((socket) => void socket.on('error', () => {}).unref())
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  const patient = email({
    name: 'mail',
    settings: { ...plain, port },
    password: null,
    ca: null,
    link: null,
    silence: 1000,
  })
  assert.equal((await patient.send(delivery(), { at: start, signal: AbortSignal.timeout(150) })).kind, 'retry')
  silent.close()
})

test('e-mail: STARTTLS is required and the certificate checked; a password goes over TLS only', async (t) => {
  const made = selfSigned()
  if (made === undefined) return t.skip('no openssl on this machine: mail over TLS was not tried')
  const asked: string[] = []
  const secure: SMTPServerOptions = {
    disabledCommands: [],
    key: made.key,
    cert: made.cert,
    onAuth: ({ username, password }, _, callback) => {
      asked.push(`${username}:${password}`)
      if (password === 'right') callback(null, { user: username })
      else callback(Object.assign(new Error('no'), { responseCode: 535 }))
    },
  }
  const starttls = { tls: 'starttls', user: 'sweepwatch', host: 'localhost' } as const
  const done = await exchange(secure, starttls, { password: 'right', ca: made.cert })
  assert.deepEqual([done.sent.kind, done.mails[0]?.secure, asked], ['delivered', true, ['sweepwatch:right']])
  // A wrong password may be mended, so the message waits.
  assert.equal((await exchange(secure, starttls, { password: 'wrong', ca: made.cert })).sent.kind, 'retry')
  const unknown = await exchange(secure, starttls, { password: 'right' })
  assert.deepEqual([unknown.sent.kind, unknown.mails.length, asked.length], ['retry', 0, 2])
  const withoutTls = await exchange({ ...secure, disabledCommands: ['STARTTLS'] }, starttls, {
    password: 'right',
    ca: made.cert,
  })
  assert.deepEqual([withoutTls.sent.kind, asked.length], ['retry', 2])
  const implicit = await exchange(
    { ...secure, secure: true },
    { ...starttls, tls: 'implicit' },
    { password: 'right', ca: made.cert },
  )
  assert.equal(implicit.sent.kind, 'delivered')
})
