import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { notify } from '../src/config/notify.ts'
import { openChannels } from '../src/notify/channels.ts'

const example = `
group: 120
minimum: high
link: https://console.example.org/cases/{id}
channels:
  soc: { kind: webhook, url: https://hooks.example.org/in, secretFile: /etc/sweepwatch/hook.secret }
  mail: { kind: email, host: mail.example.org, from: sweepwatch@example.org, to: [soc@example.org], user: sweepwatch, passwordFile: /etc/sweepwatch/mail.password }
  siem: { kind: syslog, transport: tls, host: logs.example.org }
`

test('configuration: every kind of channel, with what is left out filled in', () => {
  const settings = notify.parse(parse(example))
  assert.deepEqual(
    [settings.group, settings.minimum, settings.perHour, settings.burst, settings.attempts],
    [120, 'high', 20, 5, 12],
  )
  const { mail, siem, soc } = settings.channels
  assert.deepEqual(soc, {
    kind: 'webhook',
    url: 'https://hooks.example.org/in',
    secretFile: '/etc/sweepwatch/hook.secret',
    ca: null,
  })
  assert.ok(mail?.kind === 'email' && siem?.kind === 'syslog')
  assert.deepEqual([mail.port, mail.tls, siem.port], [587, 'starttls', 6514])
})

test('configuration: what is wrong is refused', () => {
  const base = { channels: {} as Record<string, object> }
  const mail = { kind: 'email', host: 'h', from: 'a@example.org', to: ['b@example.org'] }
  for (const wrong of [
    { ...base, colour: 'red' },
    { ...base, minimum: 'urgent' },
    { ...base, group: -1 },
    { ...base, perHour: 0 },
    { channels: { 'A b': mail } },
    { channels: { soc: { kind: 'pigeon' } } },
    { channels: { soc: { kind: 'webhook', url: 'ftp://example.org/', secretFile: 'f' } } },
    { channels: { soc: { kind: 'webhook', url: 'https://example.org/' } } },
    { channels: { mail: { ...mail, to: [] } } },
    { channels: { mail: { ...mail, from: 'nobody' } } },
    { channels: { mail: { ...mail, user: 'u' } } },
    { channels: { mail: { ...mail, user: 'u', passwordFile: 'f', tls: 'none' } } },
    { channels: { siem: { kind: 'syslog', host: 'h', port: 70_000 } } },
  ]) {
    assert.equal(notify.safeParse(wrong).success, false, JSON.stringify(wrong))
  }
  assert.equal(notify.safeParse({ channels: { mail } }).success, true)
})

test('channels: secrets are read from files; a missing or short one is a problem that names the channel', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-notify-'))
  try {
    const file = join(folder, 'secret')
    const settings = notify.parse({
      channels: { soc: { kind: 'webhook', url: 'https://example.org/', secretFile: file } },
    })
    await assert.rejects(openChannels(settings, 'sensor', 1000), {
      code: 'notify',
      message: /channel soc: .* cannot be read/,
    })
    writeFileSync(file, 'short\n')
    await assert.rejects(openChannels(settings, 'sensor', 1000), { code: 'notify', message: /less than 16 bytes/ })
    writeFileSync(file, 'long enough for a secret\n')
    const all = notify.parse({
      channels: {
        ...settings.channels,
        siem: { kind: 'syslog', host: 'localhost' },
        mail: { kind: 'email', host: 'h', from: 'a@example.org', to: ['b@example.org'] },
      },
    })
    assert.deepEqual(
      (await openChannels(all, 'sensor', 1000)).map(({ name }) => name),
      ['soc', 'siem', 'mail'],
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})
