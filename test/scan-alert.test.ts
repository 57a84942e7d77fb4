import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import './fuzz-seed.ts'
import { type AlertMeaning, meaningOf } from '../src/event/scan-alert.ts'

type Case = readonly [means: AlertMeaning, id: string, signature: string, category?: string]

const cases: readonly Case[] = [
  ['scan', '122:1:1', '(portscan) TCP Portscan', 'Attempted Information Leak'],
  ['scan', '122:26:1', '(port_scan) ICMP sweep'],
  ['scan', '1:2009582:3', 'ET SCAN NMAP -sS window 1024', 'Attempted Information Leak'],
  ['scan', '1:2002910:6', 'ET SCAN Potential VNC Scan 5800-5820'],
  ['scan', '1:2100469:4', 'GPL SCAN PING NMAP', 'Attempted Information Leak'],
  ['scan', '1:1:1', 'ET RECON Something'],
  ['scan', '1:469:4', 'ICMP PING NMAP', 'Attempted Information Leak'],
  ['scan', '1:1000001:1', 'site rule', 'Detection of a Network Scan'],
  ['scan', '1:1000001:1', 'site rule', 'network-scan'],
  ['scan', '1:1000001:1', 'site rule', 'attempted-recon'],
  ['scan', '1:1000001:1', 'site rule', 'successful-recon-largescale'],
  ['scan', '1:1000001:1', 'site rule', 'Large Scale Information Leak'],
  ['scan', 'Scan::Address_Scan', '203.0.113.7 scanned at least 25 unique hosts on port 23/tcp in 1m14s'],
  ['scan', 'Scan::Port_Scan', '203.0.113.7 scanned at least 15 unique ports of host 192.0.2.1 in 0m1s'],
  ['scan', 'Scan::KnockKnockScan', 'x'],
  ['scan', '8001', 'SCAN: TCP Port Scan', 'scan'],
  ['scan', '8002', 'SCAN: Host Sweep', 'scan'],
  ['scan', '', 'SCAN: UDP Port Scan(8003)'],
  ['scan', '%ASA-4-733101', 'Host 203.0.113.7 is attacking'],
  ['scan', '733100', '[ Scanning] drop rate-1 exceeded. Current burst rate is 10 per second'],
  ['other', '733100', '[ SYN attack] drop rate-1 exceeded'],
  ['other', '733104', 'TCP SYN flood'],
  ['scan', '', 'tcp_port_scan', 'anomaly'],
  ['scan', '', 'udp_scan'],
  ['scan', '', 'icmp_sweep'],
  ['other', '', 'tcp_syn_flood', 'anomaly'],
  ['other', '', 'udp_dst_session'],
  ['scan', 'RT_SCREEN_TCP', 'TCP port scan!'],
  ['scan', 'RT_SCREEN_ICMP', 'IP sweep!'],
  ['scan', '', 'Host Port Scan'],
  ['scan', '', 'Sweep Scan'],
  ['exploit', '1:2034125:4', 'ET EXPLOIT Apache HTTP Server 2.4.49 - Path Traversal Attempt (CVE-2021-41773) M2'],
  [
    'exploit',
    '1:2024468:3',
    'ET WEB_SPECIFIC_APPS OGNL Expression Injection (CVE-2017-9791)',
    'Attempted Information Leak',
  ],
  ['exploit', '1:1000001:1', 'site rule', 'Attempted Administrator Privilege Gain'],
  ['exploit', '1:1000001:1', 'site rule', 'attempted-user'],
  ['exploit', '1:1000001:1', 'site rule', 'web-application-attack'],
  ['exploit', '1:1000001:1', 'site rule', 'A Network Trojan was detected'],
  ['exploit', 'HTTP::SQL_Injection_Attacker', 'An SQL injection attacker was discovered!'],
  ['exploit', '1:100:1', 'SERVER-WEBAPP something', 'Web Application Attack'],
  ['other', 'SSL::Invalid_Server_Cert', 'SSL certificate validation failed with (self signed certificate)'],
  ['other', '1:2403388:66418', 'ET CINS Active Threat Intelligence Poor Reputation IP group 89', 'Misc Attack'],
  ['other', '1:2100366:8', 'GPL ICMP_INFO PING *NIX', 'Misc activity'],
  ['other', '', 'bad_TCP_checksum'],
  ['other', '1122:1:1', 'not the generator 122'],
  ['other', '', 'a document scanner was connected'],
  ['other', '', ''],
]

for (const [means, signatureId, signature, category = ''] of cases) {
  test(`an alert says ${means}: ${signatureId} ${signature} ${category}`, () => {
    assert.equal(meaningOf({ signatureId, signature, category }), means)
  })
}

test('whatever an attacker writes, an alert means one of three, quickly', () => {
  const hostile = fc.string({ unit: fc.constantFrom(...'nmap scan sweep [](){}.*+?|\\^$CVE-20_ '), maxLength: 4096 })
  fc.assert(
    fc.property(hostile, hostile, (signature, category) => {
      assert.ok(['scan', 'exploit', 'other'].includes(meaningOf({ signatureId: '', signature, category })))
    }),
    { numRuns: 200 },
  )
  const long = { signatureId: 'scanning '.repeat(400), signature: 'nmap '.repeat(800), category: 'scan '.repeat(800) }
  assert.equal(meaningOf(long), 'other')
})
