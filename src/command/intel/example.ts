import type { Invocation } from '../command.ts'
import { ExitCode } from '../exit-code.ts'

/** A configuration that names what others publish. None of it is shipped: each has terms of its own. */
export const intelExample = `# What others publish, for sweepwatch.yaml. Read their terms; take what you need; then: sweepwatch intel fetch
intel:
  directory: /var/lib/sweepwatch/intel   # where fetched lists are kept
  lists:
    # Networks that are hijacked or leased for crime
    drop: {url: 'https://www.spamhaus.org/drop/drop_v4.json'}
    drop6: {url: 'https://www.spamhaus.org/drop/drop_v6.json'}
    # Attacks of the last days, from several lists; the header says what it means
    firehol: {url: 'https://raw.githubusercontent.com/firehol/blocklist-ipsets/master/firehol_level1.netset'}
    # Servers of botnets, with the botnet's name
    feodo: {url: 'https://feodotracker.abuse.ch/downloads/ipblocklist.csv', means: malicious}
    tor: {url: 'https://check.torproject.org/torbulkexitlist', means: tor}
    # Who scans the Internet for research or as a service
    scanners: {url: 'https://raw.githubusercontent.com/stamparm/maltrail/master/trails/static/mass_scanner.txt', means: research}
    # git clone https://github.com/MISP/misp-warninglists: scanners, clouds, resolvers, VPNs; each says what it means
    # warninglists: {path: misp-warninglists/lists}
    # A partner's TAXII 2.1 collection
    # partner: {taxii: {server: 'https://taxii.example.org/taxii2/', collection: scans}, auth: {user: us, passwordFile: taxii.secret}}
  # databases: [GeoLite2-ASN.mmdb, GeoLite2-Country.mmdb]   # of MaxMind, or in its format
  # reverseDns: true                                        # asks for the names of sources
  # services:                                               # are told the addresses of sources
  #   greynoise: {kind: greynoise, keyFile: greynoise.key}
  #   abuseipdb: {kind: abuseipdb, keyFile: abuseipdb.key}
`

/** `sweepwatch intel example`: how to point at what others publish. */
export async function exampleAction({ terminal }: Invocation): Promise<number> {
  terminal.out(intelExample)
  return ExitCode.done
}
