import { ascii } from '../base/ascii.ts'

/** A way to attack a service that can be told from the first bytes of a request. */
export interface Attack {
  readonly id: string
  readonly name: string
  /** CWE, CVE or vendor's number. */
  readonly references: readonly string[]
  /** Small letters; any one of them is enough. */
  readonly words: readonly string[]
}

/**
 * Words that ordinary requests do not hold. Reading a version page or a favicon is no attack: what merely looks for software
 * (`/.env`, `/wp-login.php`) is not listed, what would read a file, run a command or change a query is.
 */
export const attacks: readonly Attack[] = [
  {
    id: 'path-traversal',
    name: 'path traversal',
    references: ['CWE-22'],
    words: [
      '/../',
      '..%2f',
      '%2e%2e/',
      '%2e%2e%2f',
      '..%252f',
      '..%5c',
      '.%2e/',
      '/etc/passwd',
      'c:\\windows\\win.ini',
    ],
  },
  {
    id: 'jndi',
    name: 'JNDI look-up (Log4Shell)',
    references: ['CVE-2021-44228', 'CWE-502'],
    words: ['${jndi:', '$%7bjndi:', '${${lower:j}', '${${::-j}'],
  },
  {
    id: 'shellshock',
    name: 'Shellshock',
    references: ['CVE-2014-6271', 'CWE-78'],
    words: ['() { :;', '() {:;', '() { _;'],
  },
  {
    id: 'command-injection',
    name: 'command injection',
    references: ['CWE-78'],
    words: [
      ';wget ',
      ';curl ',
      '|wget ',
      ';wget+',
      ';wget%20',
      '$(wget',
      '`wget',
      '%60wget',
      ';busybox',
      '/bin/sh',
      'cmd.exe',
      ';cat+/',
      ';cat%20/',
      '&&curl',
      ';chmod',
    ],
  },
  {
    id: 'code-injection',
    name: 'code injection',
    references: ['CWE-94'],
    words: [
      'allow_url_include',
      'auto_prepend_file',
      'php://input',
      'invokefunction',
      'eval-stdin.php',
      'class.module.classloader',
      '<?php',
      '%{(#',
      'ognlcontext',
    ],
  },
  {
    id: 'sql-injection',
    name: 'SQL injection',
    references: ['CWE-89'],
    words: [
      'union select',
      'union+select',
      'union%20select',
      "' or '1'='1",
      '%27%20or%20',
      "'+or+'",
      'sleep(',
      'xp_cmdshell',
      'information_schema',
    ],
  },
  {
    id: 'xss',
    name: 'cross-site scripting',
    references: ['CWE-79'],
    words: ['<script', '%3cscript', 'javascript:alert'],
  },
  {
    id: 'deserialisation',
    name: 'unsafe deserialisation',
    references: ['CWE-502'],
    words: ['ro0abx', 'ysoserial', 'aced0005', 'org.apache.commons.collections'],
  },
  {
    id: 'router-exploit',
    name: 'exploit of a router or camera',
    references: ['CVE-2017-17215', 'CVE-2018-10561', 'CVE-2014-8361'],
    words: [
      '/gponform/diag',
      '/ctrlt/deviceupgrade',
      '/setup.cgi?next_file',
      '/cgi-bin/luci/;stok',
      '/picsdesc.xml',
      '/hnap1',
      'boaform/admin/formlogin',
    ],
  },
]

/** Words by their first byte (small letters), with the number of their attack. */
const byFirst = new Map<number, { readonly bytes: Uint8Array; readonly attack: number }[]>()
for (const [attack, { words }] of attacks.entries()) {
  for (const word of words) {
    const bytes = ascii(word)
    const list = byFirst.get(bytes[0]!)
    if (list) list.push({ bytes, attack })
    else byFirst.set(bytes[0]!, [{ bytes, attack }])
  }
}
const starts = Array.from({ length: 256 }, (_, byte) => byFirst.get(lower(byte)))

/** The number of the attack whose words stand in `bytes[from, to)`, whatever their case; -1 where none does. Hot: nothing is allocated. */
export function attackIn(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at++) {
    const candidates = starts[bytes[at]!]
    if (candidates === undefined) continue
    for (let k = 0; k < candidates.length; k++) {
      const { bytes: word, attack } = candidates[k]!
      if (holds(bytes, at, to, word)) return attack
    }
  }
  return -1
}

function holds(bytes: Uint8Array, at: number, to: number, word: Uint8Array): boolean {
  if (at + word.length > to) return false
  for (let i = 1; i < word.length; i++) if (lower(bytes[at + i]!) !== word[i]) return false
  return true
}

function lower(byte: number): number {
  return byte >= 65 && byte <= 90 ? byte | 32 : byte
}
