import { randomBytes } from 'node:crypto'
import { objectId, sequence, tlv } from './der.ts'
import type { Persona } from './persona.ts'

/** NTLM ([MS-NLMP]), bare or inside SPNEGO (RFC 4178), as SMB and CredSSP carry it. */
const signature = Buffer.from('NTLMSSP\0', 'latin1')
const ntlmMechanism = objectId('1.3.6.1.4.1.311.2.2.10')
const spnego = objectId('1.3.6.1.5.5.2')
/** Unicode, target is a server, NTLM, sign, seal, extended session security, target information, version, 128 bit, 56 bit, key exchange. */
const challengeFlags = 0xe28a8215
const longestText = 512

/** What a server says of its ways to log in, before it is asked: NTLM only, as one outside a domain. */
export function firstToken(): Buffer {
  return tlv(0x60, spnego, tlv(0xa0, sequence(tlv(0xa0, sequence(ntlmMechanism)))))
}

/** A client's message inside a token, wherever it stands; undefined where there is none. */
function messageIn(token: Buffer): { bytes: Buffer; type: number; isBare: boolean } | undefined {
  const at = token.indexOf(signature)
  if (at < 0 || token.length < at + 12) return undefined
  return { bytes: token.subarray(at), type: token.readUInt32LE(at + 8), isBare: at === 0 }
}

export interface NtlmAccount {
  readonly user: string
  readonly domain: string
  readonly workstation: string
}

/**
 * What to say to a client's token: the challenge, where it opens; the account, where it authenticates. Undefined where it does neither.
 */
export function answerNtlm(
  token: Buffer,
  persona: Persona,
  now: number,
): { challenge: Buffer } | NtlmAccount | undefined {
  const message = messageIn(token)
  if (message === undefined) return token.indexOf(ntlmMechanism) < 0 ? undefined : { challenge: selected() }
  if (message.type === 1) {
    const challenge = challengeOf(persona, now)
    return { challenge: message.isBare ? challenge : response(1, challenge) }
  }
  return message.type === 3 ? accountIn(message.bytes) : undefined
}

/** An answer that picks NTLM and asks for its first message. */
function selected(): Buffer {
  return response(1)
}

function response(state: number, challenge?: Buffer): Buffer {
  const parts = [tlv(0xa0, tlv(0x0a, Buffer.from([state]))), tlv(0xa1, ntlmMechanism)]
  if (challenge !== undefined) parts.push(tlv(0xa2, tlv(4, challenge)))
  return tlv(0xa1, sequence(...parts))
}

function challengeOf({ hostName, family, domain }: Persona, now: number): Buffer {
  const name = wide(hostName.toUpperCase().slice(0, 15))
  const [dns, dnsDomain] = [wide(hostName.toLowerCase()), wide(domain)]
  const isSamba = family === 'linux'
  const pair = (id: number, value: Buffer) => {
    const head = Buffer.alloc(4)
    head.writeUInt16LE(id, 0)
    head.writeUInt16LE(value.length, 2)
    return Buffer.concat([head, value])
  }
  const information = Buffer.concat([
    pair(2, name),
    pair(1, name),
    pair(4, isSamba ? dnsDomain : dns),
    pair(3, dns),
    pair(7, fileTime(now)),
    pair(0, Buffer.alloc(0)),
  ])
  const head = Buffer.alloc(56)
  signature.copy(head, 0)
  head.writeUInt32LE(2, 8)
  head.writeUInt16LE(name.length, 12)
  head.writeUInt16LE(name.length, 14)
  head.writeUInt32LE(56, 16)
  head.writeUInt32LE(challengeFlags, 20)
  randomBytes(8).copy(head, 24)
  head.writeUInt16LE(information.length, 40)
  head.writeUInt16LE(information.length, 42)
  head.writeUInt32LE(56 + name.length, 44)
  // Samba says 6.1.0, Windows its build; the last byte is the revision of NTLM.
  Buffer.from(isSamba ? [6, 1, 0, 0, 0, 0, 0, 15] : [10, 0, 0x63, 0x45, 0, 0, 0, 15]).copy(head, 48)
  return Buffer.concat([head, name, information])
}

function accountIn(message: Buffer): NtlmAccount | undefined {
  if (message.length < 64) return undefined
  const isWide = (message.readUInt32LE(60) & 1) !== 0
  const text = (at: number) => {
    const length = Math.min(longestText, message.readUInt16LE(at))
    const from = message.readUInt32LE(at + 4)
    return message.subarray(from, from + length).toString(isWide ? 'utf16le' : 'latin1')
  }
  return { domain: text(28), user: text(36), workstation: text(44) }
}

/** `DOMAIN\user`, as a person would write it. */
export function accountName({ user, domain }: NtlmAccount): string {
  return domain === '' ? user : `${domain}\\${user}`
}

function wide(text: string): Buffer {
  return Buffer.from(text, 'utf16le')
}

/** 100 ns since 1601 ([MS-DTYP] 2.3.3), from microseconds since 1970. */
export function fileTime(now: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE((BigInt(Math.floor(now)) + 11_644_473_600_000_000n) * 10n)
  return bytes
}
