import type { Resumable } from '../base/snapshot.ts'
import type { EventBatch } from '../event/batch.ts'
import argus from './argus.ts'
import auditd from './auditd.ts'
import awsVpcFlow from './aws-vpc-flow.ts'
import azureFlow from './azure-flow.ts'
import bind from './bind.ts'
import cef from './cef.ts'
import checkPoint from './check-point.ts'
import ciscoAsa from './cisco-asa.ts'
import cowrie from './cowrie.ts'
import dhcp from './dhcp.ts'
import dnsmasq from './dnsmasq.ts'
import endlessh from './endlessh.ts'
import filterlog from './filterlog.ts'
import type { Format, LineFormat } from './format.ts'
import fortigate from './fortigate.ts'
import gcpFlow from './gcp-flow.ts'
import { journalExportOf } from './journal-export.ts'
import { jsonArrayOf } from './json-array.ts'
import { jsonEnvelopeOf } from './json-envelope.ts'
import juniperSrx from './juniper-srx.ts'
import kernelLog from './kernel-log.ts'
import leef from './leef.ts'
import masscan from './masscan.ts'
import mikrotik from './mikrotik.ts'
import { mixOf } from './mix.ts'
import naabu from './naabu.ts'
import natSession from './nat-session.ts'
import nessus from './nessus.ts'
import netflow from './netflow.ts'
import netflowPcap from './netflow-pcap.ts'
import nfdumpCsv from './nfdump-csv.ts'
import nmapXml from './nmap-xml.ts'
import opencanary from './opencanary.ts'
import openvas from './openvas.ts'
import osquery from './osquery.ts'
import paloAlto from './palo-alto.ts'
import pcap from './pcap.ts'
import pcapng from './pcapng.ts'
import qualysCsv from './qualys-csv.ts'
import qualysXml from './qualys-xml.ts'
import snortCsv from './snort-csv.ts'
import snortFast from './snort-fast.ts'
import snortFull from './snort-full.ts'
import snortJson from './snort-json.ts'
import sshd from './sshd.ts'
import suricataEve from './suricata-eve.ts'
import sweepwatchDecoy from './sweepwatch-decoy.ts'
import { syslogOctetsOf } from './syslog-octets.ts'
import sysmon from './sysmon.ts'
import unbound from './unbound.ts'
import vpnSession from './vpn-session.ts'
import windowsDns from './windows-dns.ts'
import windowsFirewall from './windows-firewall.ts'
import windowsSecurity from './windows-security.ts'
import zeekConn from './zeek-conn.ts'
import zeekConnJson from './zeek-conn-json.ts'
import zeekDns from './zeek-dns.ts'
import zeekHttp from './zeek-http.ts'
import zeekNotice from './zeek-notice.ts'
import zeekSsh from './zeek-ssh.ts'
import zeekSsl from './zeek-ssl.ts'
import zeekWeird from './zeek-weird.ts'

const single: readonly Format[] = [
  pcap,
  pcapng,
  netflow,
  netflowPcap,
  nfdumpCsv,
  zeekConn,
  zeekConnJson,
  zeekDns,
  zeekHttp,
  zeekSsl,
  zeekSsh,
  zeekNotice,
  zeekWeird,
  suricataEve,
  snortFast,
  snortFull,
  snortCsv,
  snortJson,
  bind,
  unbound,
  dnsmasq,
  windowsDns,
  kernelLog,
  filterlog,
  mikrotik,
  fortigate,
  checkPoint,
  juniperSrx,
  windowsFirewall,
  sshd,
  windowsSecurity,
  dhcp,
  vpnSession,
  natSession,
  ciscoAsa,
  paloAlto,
  nmapXml,
  nessus,
  openvas,
  qualysXml,
  qualysCsv,
  masscan,
  naabu,
  sysmon,
  osquery,
  auditd,
  cowrie,
  opencanary,
  endlessh,
  sweepwatchDecoy,
  argus,
  awsVpcFlow,
  azureFlow,
  gcpFlow,
  cef,
  leef,
]

const isMember = (format: Format): format is LineFormat => format.framing === 'line' && format.claims !== undefined
const members = single.flatMap((format, number) => (isMember(format) ? [{ format, number }] : []))

/** Every log format, in the order in which help lists them. A format's place is the number that its rows carry. */
export const formats: readonly Format[] = [
  ...single,
  jsonEnvelopeOf(members),
  jsonArrayOf(members),
  journalExportOf(members),
  syslogOctetsOf(members),
  mixOf(members),
]

export const formatIds: readonly string[] = formats.map((format) => format.id)

export function formatById(id: string): Format | undefined {
  return formats.find((format) => format.id === id)
}

/** Opens what formats do to the rows of one input once they are decoded, row by row in input order (`LineFormat.settle`). */
export class Settling implements Resumable<readonly unknown[]> {
  readonly #settle = formats.map((format) => (format.framing === 'line' ? format.settle?.() : undefined))

  settle(batch: EventBatch): void {
    const { format } = batch.column
    for (let i = 0; i < batch.length; i++) this.#settle[format[i]!]?.(batch, i)
  }

  snapshot(): readonly unknown[] {
    return this.#settle.map((settle) => settle?.snapshot?.())
  }

  resume(state: readonly unknown[]): void {
    for (const [k, settle] of this.#settle.entries()) if (state[k] !== undefined) settle?.resume?.(state[k])
  }
}
