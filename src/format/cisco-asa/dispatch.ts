import { type EventBatch, Outcome } from '../../event/batch.ts'
import type { Names } from '../../event/names.ts'

import { Protocol } from '../../event/protocol.ts'
import { aaa, console, enable, user, vpn } from './access.ts'
import { accessList } from './access-list.ts'
import { signature, threat } from './alert.ts'
import { built, icmp, teardown } from './connection.ts'
import * as deny from './deny.ts'
import { connection, intrusion } from './firepower.ts'
import { Read } from './message.ts'
import { assigned, translated } from './translation.ts'

const { tcp, udp, gre } = Protocol

export function isWanted(id: number): boolean {
  return (wanted[id >> 3]! & (1 << (id & 7))) !== 0
}

/** Reads one of the messages that `isWanted`. hot: no allocation per event. */
export function readMessage(
  bytes: Uint8Array,
  at: number,
  to: number,
  batch: EventBatch,
  i: number,
  names: Names,
  id: number,
): number {
  switch (id) {
    case 302013:
    case 302303:
      return built(bytes, at, to, batch, i, tcp)
    case 302014:
      return teardown(bytes, at, to, batch, i, tcp)
    case 302015:
      return built(bytes, at, to, batch, i, udp)
    case 302016:
      return teardown(bytes, at, to, batch, i, udp)
    case 302020:
      return icmp(bytes, at, to, batch, i, false)
    case 302021:
      return icmp(bytes, at, to, batch, i, true)
    case 106023:
      return deny.srcDst(bytes, at, to, names, batch, i)
    case 106100:
    case 106102:
    case 106103:
      return accessList(bytes, at, to, names, batch, i)
    case 106015:
    case 106001:
    case 500003:
      return deny.fromTo(bytes, at, to, batch, i, tcp)
    case 106006:
    case 106007:
      return deny.fromTo(bytes, at, to, batch, i, udp)
    case 305009:
    case 305010:
    case 305011:
    case 305012:
    case 305014:
    case 305015:
      return translated(bytes, at, to, batch, i)
    case 710003:
    case 710004:
    case 710005:
    case 710006:
      return deny.toBox(bytes, at, to, batch, i, false)
    case 710001:
    case 710002:
      return deny.toBox(bytes, at, to, batch, i, true)
    default:
      return rarer(bytes, at, to, batch, i, names, id)
  }
}

function rarer(
  bytes: Uint8Array,
  at: number,
  to: number,
  batch: EventBatch,
  i: number,
  names: Names,
  id: number,
): number {
  switch (id) {
    case 302017:
      return built(bytes, at, to, batch, i, gre)
    case 302018:
      return teardown(bytes, at, to, batch, i, gre)
    case 302304:
      return bypassed(bytes, at, to, batch, i)
    case 106010:
    case 106011:
    case 106014:
    case 305005:
    case 305006:
    case 305013:
    case 418001:
      return deny.srcDst(bytes, at, to, names, batch, i)
    case 106002:
    case 106018:
      return deny.outboundList(bytes, at, to, names, batch, i)
    case 106013:
      return deny.echoToPat(bytes, at, to, batch, i)
    case 313004:
      return deny.icmpNoSession(bytes, at, to, batch, i)
    case 313005:
      return deny.strayError(bytes, at, to, names, batch, i)
    case 313009:
      return deny.icmpCode(bytes, at, to, batch, i)
    case 313001:
    case 313008:
      return deny.icmpToBox(bytes, at, to, batch, i)
    case 106012:
    case 106016:
    case 106017:
    case 106020:
    case 106021:
    case 106022:
    case 401004:
      return deny.forged(bytes, at, to, batch, i)
    case 419002:
      return deny.duplicateSyn(bytes, at, to, batch, i)
    case 420002:
    case 420003:
    case 434002:
    case 434003:
      return deny.namedFromTo(bytes, at, to, batch, i)
    case 500004:
      return deny.invalidTransport(bytes, at, to, batch, i)
    default:
      return people(bytes, at, to, batch, i, names, id)
  }
}

function people(
  bytes: Uint8Array,
  at: number,
  to: number,
  batch: EventBatch,
  i: number,
  names: Names,
  id: number,
): number {
  switch (id) {
    case 113004:
    case 113012:
      return aaa(bytes, at, to, batch, i, true)
    case 113005:
    case 113015:
      return aaa(bytes, at, to, batch, i, false)
    case 113039:
    case 716001:
    case 716038:
      return vpn(bytes, at, to, batch, i, true)
    case 716039:
      return vpn(bytes, at, to, batch, i, false)
    case 722051:
      return assigned(bytes, at, to, batch, i)
    case 605004:
      return console(bytes, at, to, batch, i, false)
    case 605005:
      return console(bytes, at, to, batch, i, true)
    case 611101:
      return user(bytes, at, to, batch, i, true)
    case 611102:
      return user(bytes, at, to, batch, i, false)
    case 308001:
      return enable(bytes, at, to, batch, i)
    case 430001:
      return intrusion(bytes, at, to, names, batch, i)
    case 430002:
      return connection(bytes, at, to, names, batch, i, false)
    case 430003:
      return connection(bytes, at, to, names, batch, i, true)
    default:
      return id >= 733100 ? threat(bytes, at, to, batch, i, id) : signature(bytes, at, to, batch, i)
  }
}

/** Without inspection the firewall knows no handshake: only bytes show that there was one. */
function bypassed(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): number {
  const read = teardown(bytes, at, to, batch, i, tcp)
  if (read === Read.row && batch.column.bytesOut[i] === 0) batch.column.outcome[i] = Outcome.unknown
  return read
}

/** A bit for each number of six digits. */
const wanted = new Uint8Array(125_000)
for (const id of [
  ...[106001, 106002, 106006, 106007, 106010, 106011, 106012, 106013, 106014, 106015, 106016, 106017, 106018, 106020],
  ...[
    106021, 106022, 106023, 106100, 106102, 106103, 113004, 113005, 113012, 113015, 113039, 302013, 302014, 302015,
    302016, 302017,
  ],
  ...[302018, 302020, 302021, 302303, 302304, 305005, 305006, 305009, 305010, 305011, 305012, 305013, 305014, 305015],
  ...[308001, 313001, 313004, 313005, 313008, 313009, 401004, 418001, 419002, 420002, 420003, 430001, 430002, 430003],
  ...[434002, 434003, 500003, 500004, 605004, 605005, 611101, 611102, 710001, 710002, 710003, 710004, 710005, 710006],
  ...[716001, 716038, 716039, 722051, 733100, 733101, 733102, 733103, 733104, 733105],
  ...Array.from({ length: 52 }, (_, k) => 400000 + k),
]) {
  wanted[id >> 3]! |= 1 << (id & 7)
}
