/** What real clients offer is learned, and what they see is believable. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { dial, hear, openDecoys, whyNot } from './decoy-parts.ts'

let open: Awaited<ReturnType<typeof openDecoys>>
before(async () => {
  const ids = ['ssh', 'telnet', 'ftp', 'http', 'https', 'smb', 'rdp', 'mysql', 'redis', 'vnc', 'sip', 'any'] as const
  open = await openDecoys(
    ids.map((service) => ({ service, transport: 'tcp' }) as const),
    { family: 'linux' },
  )
})
after(async () => {
  await open.decoy.close()
  await open.remove()
})

interface Ran {
  readonly code: number | null
  readonly said: string
}

/** Runs a client while this process goes on serving it. */
function run(command: string, words: readonly string[], env: Record<string, string> = {}, input = ''): Promise<Ran> {
  const child = spawn(command, words, {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: 30_000,
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text))
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, said })))
}

async function touched(service: string, before: number) {
  for (let k = 0; k < 100; k++) {
    const found = open
      .lines()
      .filter(({ event, decoy }) => event === 'touch' && decoy === service)
      .slice(before)
    if (found.length > 0) return found.at(-1)!
    await wait(30)
  }
  return assert.fail(`no touch of ${service}`)
}

const logins = (service: string) => open.lines().filter(({ event, decoy }) => event === 'login' && decoy === service)
const count = (service: string) =>
  open.lines().filter(({ event, decoy }) => event === 'touch' && decoy === service).length

const ssh = [
  '-o',
  'StrictHostKeyChecking=no',
  '-o',
  'UserKnownHostsFile=/dev/null',
  '-o',
  'NumberOfPasswordPrompts=1',
  '-o',
  'ConnectTimeout=10',
  '-F',
  'none',
]
const variants: readonly (readonly string[])[] = [
  ['-c', 'chacha20-poly1305@openssh.com', '-o', 'HostKeyAlgorithms=ssh-ed25519'],
  [
    '-c',
    'aes128-ctr',
    '-m',
    'hmac-sha2-256-etm@openssh.com',
    '-o',
    'KexAlgorithms=ecdh-sha2-nistp521',
    '-o',
    'HostKeyAlgorithms=ecdsa-sha2-nistp256',
  ],
  [
    '-c',
    'aes256-ctr',
    '-m',
    'hmac-sha1',
    '-o',
    'KexAlgorithms=diffie-hellman-group14-sha256',
    '-o',
    'HostKeyAlgorithms=rsa-sha2-512',
  ],
  [
    '-c',
    'aes256-gcm@openssh.com',
    '-o',
    'KexAlgorithms=diffie-hellman-group-exchange-sha256',
    '-o',
    'HostKeyAlgorithms=rsa-sha2-256',
  ],
]
for (const words of variants) {
  test(`C4 ssh ${words.join(' ')}: OpenSSH goes on to the password, and it is learned`, {
    skip: whyNot('ssh', 'setsid'),
  }, async () => {
    const before = count('ssh')
    const port = String(open.port('ssh'))
    const askpass = join(import.meta.dirname, 'decoy-askpass.sh')
    const env = { SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0', SSH_AUTH_SOCK: '' }
    const { said } = await run('setsid', ['ssh', ...ssh, ...words, '-p', port, 'alice@127.0.0.1', 'id'], env)
    assert.match(said, /Permission denied \(publickey,password\)/)
    const touch = await touched('ssh', before)
    assert.equal(touch.user, 'alice')
    assert.match(String(touch['clientBanner']), /^SSH-2\.0-OpenSSH_/)
    assert.match(String(touch['hassh']), /^[0-9a-f]{32}$/)
    const last = logins('ssh')
      .filter(({ id }) => id === touch.id)
      .at(-1)!
    assert.deepEqual([last.user, last.password], ['alice', 'hunter2'])
  })
}

test('C4 ssh host keys are those of the same machine each time, one of each kind', {
  skip: whyNot('ssh-keyscan'),
}, async () => {
  const scan = async () =>
    (await run('ssh-keyscan', ['-p', String(open.port('ssh')), '127.0.0.1'])).said
      .split('\n')
      .filter((line) => line.startsWith('['))
      .sort()
  const first = await scan()
  assert.deepEqual(
    first.map((line) => line.split(' ')[1]),
    ['ecdsa-sha2-nistp256', 'ssh-ed25519', 'ssh-rsa'],
  )
  assert.deepEqual(await scan(), first)
})

test('C4 http: a basic password and a form are learned', { skip: whyNot('curl') }, async () => {
  const base = `http://127.0.0.1:${open.port('http')}`
  const basic = await run('curl', [
    '-s',
    '-u',
    'admin:s3:cret',
    '-A',
    'probe/1',
    '-w',
    '%{http_code}',
    '-o',
    '/dev/null',
    `${base}/admin`,
  ])
  assert.equal(basic.said, '401')
  await run('curl', ['-s', '-d', 'username=bob&password=p%26w', `${base}/login`])
  const missing = await run('curl', ['-s', '-w', '%{http_code}', '-o', '/dev/null', `${base}/no-such`])
  assert.equal(missing.said, '404')
  await touched('http', 2)
  assert.deepEqual(
    logins('http').map(({ user, password }) => [user, password]),
    [
      ['admin', 's3:cret'],
      ['bob', 'p&w'],
    ],
  )
  const first = open.lines().find(({ decoy, event }) => decoy === 'http' && event === 'touch')!
  assert.deepEqual([first['httpMethod'], first['uri'], first['userAgent']], ['GET', '/admin', 'probe/1'])
})

test('C4 https: the certificate names the machine and is the same each time; JA3 and JA4 are told', {
  skip: whyNot('openssl'),
}, async () => {
  const ask = () =>
    run(
      'openssl',
      ['s_client', '-connect', `127.0.0.1:${open.port('https')}`, '-servername', 'www.example.org'],
      {},
      'GET / HTTP/1.0\r\n\r\n',
    )
  const pem = ({ said }: Ran) => /-----BEGIN[\s\S]*?END CERTIFICATE-----/.exec(said)?.[0]
  const [first, second] = [await ask(), await ask()]
  assert.ok(pem(first) !== undefined && pem(first) === pem(second))
  const read = spawnSync('openssl', ['x509', '-noout', '-text'], { input: pem(first)!, encoding: 'utf8' }).stdout
  assert.match(read, /Subject: CN = [a-z0-9-]+\.[a-z.]+/)
  assert.match(read, /Public-Key: \(2048 bit\)/)
  const verified = spawnSync('openssl', ['verify', '-CAfile', '/dev/stdin'], {
    input: `${pem(first)}\n`,
    encoding: 'utf8',
  })
  assert.ok(!/signature failure/.test(verified.stderr), verified.stderr)
  const touch = await touched('https', 1)
  assert.equal(touch['serverName'], 'www.example.org')
  assert.match(String(touch['ja3']), /^[0-9a-f]{32}$/)
  assert.match(String(touch['ja4']), /^t13d\d{4}[0-9a-z]{2}_[0-9a-f]{12}_[0-9a-f]{12}$/)
})

test('C4 telnet: what is typed is a login that is incorrect', async () => {
  const socket = await dial(open.port('telnet'))
  socket.write(Buffer.from('fffc18fffc20fffc23fffc27', 'hex'))
  assert.match(await hear(socket, /login: $/), /login: $/)
  socket.write('root\r\n')
  await hear(socket, /Password: $/)
  socket.write('xc3511\r\n')
  assert.match(await hear(socket, /Login incorrect/), /Login incorrect/)
  socket.destroy()
  assert.deepEqual(
    logins('telnet').map(({ user, password }) => [user, password]),
    [['root', 'xc3511']],
  )
})

test('C4 ftp, redis, vnc and sip: what is offered is learned', async () => {
  const ftp = await dial(open.port('ftp'))
  ftp.write('USER anonymous\r\nPASS me@example.org\r\n')
  assert.match(await hear(ftp, /530/), /^220.*331.*530/s)
  const redis = await dial(open.port('redis'))
  redis.write('*3\r\n$4\r\nAUTH\r\n$3\r\nbob\r\n$2\r\npw\r\n')
  assert.match(await hear(redis, /\r\n/), /^-(?:WRONGPASS|ERR)/)
  const vnc = await dial(open.port('vnc'))
  vnc.write('RFB 003.008\n\x02')
  vnc.write(Buffer.alloc(16, 7))
  assert.match(await hear(vnc, /Authentication failure/), /Authentication failure$/)
  const sip = await dial(open.port('sip'))
  const register = (extra: string) =>
    `REGISTER sip:192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/TCP a;branch=z\r\nFrom: <sip:100@a>;tag=1\r\nTo: <sip:100@a>\r\nCall-ID: 7\r\nCSeq: 1 REGISTER\r\n${extra}Content-Length: 0\r\n\r\n`
  sip.write(register(''))
  assert.match(await hear(sip, /nonce=/), /^SIP\/2\.0 401 .*WWW-Authenticate: Digest/s)
  sip.write(register('Authorization: Digest username="100", realm="x", nonce="y", response="z"\r\n'))
  assert.match(await hear(sip, /403/), /^SIP\/2\.0 403/)
  for (const socket of [ftp, redis, vnc, sip]) socket.destroy()
  const named = (['ftp', 'redis', 'sip'] as const).map((service) =>
    logins(service).map(({ user, password }) => [user, password]),
  )
  assert.deepEqual(named, [[['anonymous', 'me@example.org']], [['bob', 'pw']], [['100', undefined]]])
  assert.match(String((await touched('vnc', 0)).message), /answered (?:07){16}$/)
})

test('C4 mysql and rdp: the account is learned', async () => {
  const mysql = await dial(open.port('mysql'))
  await hear(mysql, /_password\0/)
  const body = Buffer.concat([
    Buffer.from('85a6ff01000000012d', 'hex'),
    Buffer.alloc(23),
    Buffer.from('admin\0\0shop\0', 'latin1'),
  ])
  mysql.write(Buffer.concat([Buffer.from([body.length, 0, 0, 1]), body]))
  assert.match(
    await hear(mysql, /Access denied/),
    /Access denied for user 'admin'@'127\.0\.0\.1' \(using password: NO\)/,
  )
  const rdp = await dial(open.port('rdp'))
  rdp.write(
    '\x03\x00\x00\x2a\x25\xe0\x00\x00\x00\x00\x00Cookie: mstshash=nmapp\r\n\x01\x00\x08\x00\x00\x00\x00\x00'
      .replace('\x2a', '\x2b')
      .replace('\x25', '\x26'),
    'latin1',
  )
  await hear(rdp, /\xd0/)
  for (const socket of [mysql, rdp]) socket.destroy()
  assert.deepEqual(
    logins('mysql').map(({ user }) => user),
    ['admin'],
  )
  assert.equal((await touched('rdp', 0)).user, 'nmapp')
})

test('C4 a port of no service: who speaks first is answered in kind', { skip: whyNot('curl') }, async () => {
  const port = open.port('any')
  const { said } = await run('curl', [
    '-s',
    '-w',
    '%{http_code}',
    '-o',
    '/dev/null',
    `http://127.0.0.1:${port}/no-such`,
  ])
  assert.equal(said, '404')
  const secure = await run('curl', [
    '-sk',
    '-w',
    '%{http_code}',
    '-o',
    '/dev/null',
    `https://127.0.0.1:${port}/no-such`,
  ])
  assert.equal(secure.said, '404')
})
