import type { EventBatch } from '../event/batch.ts'
import type { Format, LineFormat } from './format.ts'
import kernelLog from './kernel-log.ts'
import { type Member, mixOf } from './mix.ts'
import pcap from './pcap.ts'
import pcapng from './pcapng.ts'
import suricataEve from './suricata-eve.ts'
import zeekConn from './zeek-conn.ts'
import zeekConnJson from './zeek-conn-json.ts'

const single: readonly Format[] = [pcap, pcapng, zeekConn, zeekConnJson, suricataEve, kernelLog]

const isMember = (format: Format): format is LineFormat => format.framing === 'line' && format.claims !== undefined
const members: readonly Member[] = single.flatMap((format, number) => (isMember(format) ? [{ format, number }] : []))

/** Every log format, in the order in which help lists them. A format's place is the number that its rows carry. */
export const formats: readonly Format[] = [...single, mixOf(members)]

export const formatIds: readonly string[] = formats.map((format) => format.id)

export function formatById(id: string): Format | undefined {
  return formats.find((format) => format.id === id)
}

/** Opens what formats do to the rows of one input once they are decoded, row by row in input order (`LineFormat.settle`). */
export function openSettling(): (batch: EventBatch) => void {
  const settle = formats.map((format) => (format.framing === 'line' ? format.settle?.() : undefined))
  return (batch) => {
    const { format } = batch.column
    for (let i = 0; i < batch.length; i++) settle[format[i]!]?.(batch, i)
  }
}
