/** What an alert says that its source does: looks for targets, attacks one, or neither can be told. */
export type AlertMeaning = 'scan' | 'exploit' | 'other'

/** The texts of an alert row; '' where it has none. */
export interface AlertTexts {
  /** `1:2009582:3`, `Scan::Port_Scan`, `%ASA-4-733101`, `8001`. */
  readonly signatureId: string
  readonly signature: string
  readonly category: string
}

interface Rule {
  readonly means: AlertMeaning
  readonly field: keyof AlertTexts
  readonly pattern: RegExp
}

const rule = (means: AlertMeaning, field: keyof AlertTexts, pattern: RegExp): Rule => ({ means, field, pattern })

/**
 * In this order; the first that fits counts. What a device says of the whole (its scan detection, a rule's own name) stands
 * before the class of a rule, which says how bad it is rather than what it is: many exploits are classed as reconnaissance
 * and many scans as attacks.
 */
const rules: readonly Rule[] = [
  // Snort: generator 122 is the portscan preprocessor and the port_scan inspector. "Filtered" and decoy scans are scans.
  rule('scan', 'signatureId', /^122:/),
  // Zeek: scan.zeek, bro-simple-scan (Scan::), and scan-NG (Scan::KnockKnockScan …).
  rule('scan', 'signatureId', /^(Scan|ScanNG|SimpleScan)::/i),
  rule('scan', 'signatureId', /^ATTACK::Discovery$/),
  rule('exploit', 'signatureId', /^(HTTP::SQL_Injection|Signatures::|Exploit|CVE)/),
  // Cisco ASA and FTD: 733100 to 733105 are its threat detection; 733100 also tells other rates, 733104 and 733105 SYN floods.
  rule('scan', 'signatureId', /(^|\D)73310[13](\D|$)/),
  rule('other', 'signatureId', /(^|\D)73310[245](\D|$)/),
  rule('scan', 'signature', /\bscanning\b.*\b(drop|burst|average) rate\b|\[\s*scanning\s*\]/i),
  rule('other', 'signatureId', /(^|\D)733100(\D|$)/),
  // Palo Alto: 8001 TCP port scan, 8002 host sweep, 8003 UDP port scan.
  rule('scan', 'signatureId', /^\(?800[123]\)?$/),
  rule('scan', 'signature', /\((800[123])\)$/),
  // FortiGate's anomaly sensors: tcp_port_scan, udp_scan, icmp_sweep; the *_flood and *_session ones are no scans.
  rule('scan', 'signature', /^(tcp_port|udp|icmp|sctp|ip)_(scan|sweep)$/i),
  rule('other', 'signature', /^(tcp|udp|icmp|sctp|ip)_\w*(flood|session)$/i),
  // Juniper SRX: RT_SCREEN_TCP and the like name the screen.
  rule(
    'scan',
    'signature',
    /\b(ip sweep|ip-sweep|tcp port scan|udp port scan|port-scan|icmp address sweep|tcp sweep|udp sweep)\b/i,
  ),
  // Check Point's protections.
  rule(
    'scan',
    'signature',
    /^(port|host port|sweep|address|vertical|horizontal) ?scan\b|^(host port scan|sweep scan|port scan)$/i,
  ),
  // Rule sets of Emerging Threats and the old Snort one.
  rule('scan', 'signature', /^(ET|ETPRO|GPL|ET ?OPEN) (SCAN|RECON)\b/i),
  rule(
    'exploit',
    'signature',
    /^(ET|ETPRO|GPL|ET ?OPEN) (EXPLOIT|EXPLOIT_KIT|WEB_SERVER|WEB_SPECIFIC_APPS|ATTACK_RESPONSE|SHELLCODE|WORM)\b/i,
  ),
  rule('exploit', 'signature', /^(ET|ETPRO|GPL|ET ?OPEN) (MALWARE|TROJAN|MOBILE_MALWARE|SQL|NETBIOS|PHISHING)\b/i),
  rule('scan', 'signature', /^(INDICATOR-SCAN|PROTOCOL-ICMP PING NMAP|SCAN)\b/i),
  rule('exploit', 'signature', /^(EXPLOIT|OS-|SERVER-|BROWSER-|FILE-|MALWARE-|INDICATOR-(SHELLCODE|COMPROMISE)|SQL )/),
  // Words that no name of an exploit has beside its own.
  rule(
    'scan',
    'signature',
    /\b(port ?scan|portsweep|port ?sweep|host ?sweep|address ?scan|ping ?sweep|network ?scan|vulnerability scan(ner)?)\b/i,
  ),
  rule(
    'scan',
    'signature',
    /\b(nmap|masscan|zmap|zgrab|nessus|openvas|nikto|shodan|censys|sqlmap)\b.*\b(scan|scanner|probe|detected|user[- ]agent|inbound|ping)\b/i,
  ),
  rule('scan', 'signature', /\b(scan|scanner|sweep)\b.*\b(nmap|masscan|zmap|zgrab|nessus|openvas|nikto)\b/i),
  rule(
    'exploit',
    'signature',
    /\bCVE[-_ ]\d{4}[-_ ]\d+\b|\b(exploit|buffer overflow|remote code execution|command injection|sql injection|path traversal|directory traversal|shellcode)\b/i,
  ),
  // Classes: short names (classtype) and what classification.config makes of them.
  rule(
    'scan',
    'category',
    /^(attempted-recon|network-scan|successful-recon-limited|successful-recon-largescale|rpc-portmap-decode)$/,
  ),
  rule(
    'scan',
    'category',
    /^(attempted information leak|detection of a network scan|(large scale )?information leak|decode of an RPC query)$/i,
  ),
  rule('scan', 'category', /^(scan|recon|reconnaissance|anomaly scan|sweep|port ?scan)$/i),
  rule(
    'exploit',
    'category',
    /^(attempted-admin|attempted-user|successful-admin|successful-user|unsuccessful-user|web-application-attack)$/,
  ),
  rule(
    'exploit',
    'category',
    /^(trojan-activity|shellcode-detect|exploit-kit|command-and-control|domain-c2|credential-theft|malware-cnc|targeted-activity)$/,
  ),
  rule(
    'exploit',
    'category',
    /^((attempted|successful|unsuccessful) (administrator|user) privilege gain|web application attack)$/i,
  ),
  rule(
    'exploit',
    'category',
    /^(a network trojan was detected|executable code was detected|exploit kit activity detected|malware command and control activity detected)$/i,
  ),
  rule(
    'exploit',
    'category',
    /^(vulnerability|code-execution|overflow|sql-injection|command-execution|spyware|virus|exploit)$/i,
  ),
]

/** Tells from the texts of an alert what it says. A row without any is `other`. Pure; no text is trusted beyond this. */
export function meaningOf(alert: AlertTexts): AlertMeaning {
  for (const { means, field, pattern } of rules) if (pattern.test(alert[field])) return means
  return 'other'
}
