import type { Draw } from './draw.ts'

export type Family = 'linux' | 'windows'

/** What each service says it is, as it says it on the wire. */
export interface Software {
  /** The identification line (RFC 4253 section 4.2), without its end. */
  readonly ssh: string
  /** What is shown before `login: `. */
  readonly telnet: string
  readonly ftp: string
  /** The `Server` header, which decides how pages look. */
  readonly http: string
  /** Of the greeting: `8.0.36`, `5.5.5-10.5.23-MariaDB-0+deb11u1`. */
  readonly mysql: string
  readonly redis: string
  /** `RFB 003.008`. */
  readonly vnc: string
  /** The `Server` header of answers. */
  readonly sip: string
}

/**
 * Versions that belong together, one release of an operating system a row. OpenSSH stands at versions before 8.9: from then on a server
 * offers a key exchange (sntrup761) that Node's cryptography does not have, and one that is offered and fails unmasks.
 */
const releases: Readonly<Record<Family, readonly Omit<Software, 'redis' | 'vnc' | 'sip'>[]>> = {
  linux: [
    {
      ssh: 'SSH-2.0-OpenSSH_8.4p1 Debian-5+deb11u3',
      telnet: 'Debian GNU/Linux 11',
      ftp: '220 (vsFTPd 3.0.3)',
      http: 'nginx/1.18.0',
      mysql: '5.5.5-10.5.23-MariaDB-0+deb11u1',
    },
    {
      ssh: 'SSH-2.0-OpenSSH_8.2p1 Ubuntu-4ubuntu0.11',
      telnet: 'Ubuntu 20.04.6 LTS',
      ftp: '220 (vsFTPd 3.0.3)',
      http: 'Apache/2.4.41 (Ubuntu)',
      mysql: '8.0.36-0ubuntu0.20.04.1',
    },
    {
      ssh: 'SSH-2.0-OpenSSH_8.4p1 Debian-5+deb11u1',
      telnet: 'Debian GNU/Linux 11',
      ftp: '220 (vsFTPd 3.0.3)',
      http: 'Apache/2.4.56 (Debian)',
      mysql: '5.5.5-10.5.19-MariaDB-0+deb11u2',
    },
    {
      ssh: 'SSH-2.0-OpenSSH_8.2p1 Ubuntu-4ubuntu0.5',
      telnet: 'Ubuntu 20.04.5 LTS',
      ftp: '220 (vsFTPd 3.0.3)',
      http: 'nginx/1.18.0 (Ubuntu)',
      mysql: '8.0.33-0ubuntu0.20.04.2',
    },
  ],
  windows: [
    {
      ssh: 'SSH-2.0-OpenSSH_for_Windows_7.7',
      telnet: '',
      ftp: '220 Microsoft FTP Service',
      http: 'Microsoft-IIS/10.0',
      mysql: '8.0.31',
    },
    {
      ssh: 'SSH-2.0-OpenSSH_for_Windows_8.1',
      telnet: '',
      ftp: '220 Microsoft FTP Service',
      http: 'Microsoft-IIS/10.0',
      mysql: '8.0.36',
    },
    {
      ssh: 'SSH-2.0-OpenSSH_for_Windows_8.1',
      telnet: '',
      ftp: '220 Microsoft FTP Service',
      http: 'Microsoft-IIS/10.0',
      mysql: '5.7.40-log',
    },
  ],
}

const redisVersions = ['6.0.16', '5.0.7', '6.2.7', '7.0.5', '7.0.15', '6.2.14']
const asterisks = ['16.28.0', '18.10.0', '18.20.2', '20.5.2', '16.30.1', '18.24.1']

export function softwareOf(family: Family, draw: Draw): Software {
  return {
    ...draw.one('release', releases[family]),
    redis: draw.one('redis', redisVersions),
    vnc: 'RFB 003.008',
    sip: `Asterisk PBX ${draw.one('sip', asterisks)}`,
  }
}

const roles = [
  'web',
  'app',
  'db',
  'mail',
  'mx',
  'files',
  'backup',
  'print',
  'git',
  'build',
  'test',
  'dev',
  'proxy',
  'vpn',
  'ns',
  'wiki',
]
const places = ['', 'srv-', 'dc1-', 'prod-', 'int-', 'hq-', 'lx-', 'old-']

/** A name as administrators give them; of Windows at most 15 characters, in capitals (NetBIOS). */
export function hostNames(family: Family, draw: Draw): string {
  const number = 1 + draw.below('number', 19)
  if (family === 'linux') {
    const digits = draw.one('digits', [1, 2])
    return `${draw.one('place', places)}${draw.one('role', roles)}${String(number).padStart(digits, '0')}`
  }
  const letters = draw
    .bytes('letters')
    .toString('base64')
    .replace(/[^A-Za-z0-9]/g, '')
    .toUpperCase()
  const made = `WIN-${letters.padEnd(11, 'K').slice(0, 11)}`
  return draw.one('windows name', [made, `SRV-${draw.one('role', roles)}${number}`.toUpperCase().slice(0, 15)])
}
