import type { Format } from './format.ts'
import kernelLog from './kernel-log.ts'
import pcap from './pcap.ts'
import pcapng from './pcapng.ts'
import suricataEve from './suricata-eve.ts'
import zeekConn from './zeek-conn.ts'
import zeekConnJson from './zeek-conn-json.ts'

/** Every log format, in the order in which help lists them. */
export const formats: readonly Format[] = [pcap, pcapng, zeekConn, zeekConnJson, suricataEve, kernelLog]

export function formatById(id: string): Format | undefined {
  return formats.find((format) => format.id === id)
}
