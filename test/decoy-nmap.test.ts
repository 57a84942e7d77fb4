/** nmap takes each decoy for the software that it says it is. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Lab } from './decoy-lab.ts'
import { decoyUser, folderFor, RunningDecoy, whyNot } from './decoy-parts.ts'

const skip = whyNot('nmap', 'ip')
const folder = folderFor('nmap')
/** As nmap's nmap-service-probes names them. */
const expected = {
  linux: {
    21: /ftp .*vsftpd 3\.0\.3/,
    22: /ssh .*OpenSSH 8\.[24]p1 (?:Debian|Ubuntu)/,
    23: /telnet .*Linux telnetd/,
    80: /http .*(?:nginx 1\.18\.0|Apache httpd 2\.4\.\d+)/,
    443: /ssl\/http .*(?:nginx 1\.18\.0|Apache httpd 2\.4\.\d+)/,
    445: /netbios-ssn .*Samba smbd/,
    3306: /mysql .*MySQL (?:8\.0|5\.5\.5-10\.5)/,
    3389: /ms-wbt-server .*xrdp/,
    5060: /sip .*Asterisk \d+\.\d+/,
    5900: /vnc .*VNC \(protocol 3\.8\)/,
    6379: /redis .*Redis key-value store \d\.\d/,
  },
  windows: {
    21: /ftp .*Microsoft ftpd/,
    22: /ssh .*OpenSSH for_Windows/,
    23: /telnet .*Microsoft Windows/,
    80: /http .*Microsoft IIS httpd 10\.0/,
    443: /ssl\/http .*Microsoft IIS httpd 10\.0/,
    445: /microsoft-ds .*Microsoft Windows/,
    3306: /mysql .*MySQL (?:8\.0|5\.7)/,
    3389: /ms-wbt-server .*Microsoft Terminal Services/,
    5060: /sip .*Asterisk/,
    5900: /vnc .*VNC \(protocol 3\.8\)/,
    6379: /redis .*Redis key-value store/,
  },
} as const

let lab: Lab
before(() => {
  if (!skip) lab = new Lab()
})
after(() => lab?.remove())

test('C4 nmap -sV recognises every service, of Linux and of Windows', { skip }, async () => {
  const addresses = { linux: '203.0.113.1', windows: '203.0.113.2' } as const
  lab.decoy.run(['ip', 'address', 'add', '203.0.113.2/24', 'dev', 'lab1'])
  const scan = async (family: 'linux' | 'windows') => {
    const config = join(folder, `${family}.yaml`)
    writeFileSync(config, `decoy: {family: ${family}}\n`)
    const decoy = await RunningDecoy.start(lab.decoy, [
      '--config',
      config,
      '--listen',
      addresses[family],
      '--user',
      decoyUser,
    ])
    const ports = Object.keys(expected[family]).join(',')
    const report = await lab.run(['nmap', '-n', '-Pn', '-sV', '-T5', '-p', ports, addresses[family]])
    for (const [port, software] of Object.entries(expected[family])) {
      const line = report.split('\n').find((each) => each.startsWith(`${port}/tcp`)) ?? report
      assert.match(line, software, `${family}: ${line}`)
    }
    await decoy.until(() => new Set(decoy.touches().map(({ dstPort }) => dstPort)).size >= 11)
    assert.equal(await decoy.end('SIGINT'), 0)
    await decoy.remove()
  }
  await Promise.all([scan('linux'), scan('windows')])
})
