/** Hosts of an organisation that scans the Internet for research or as a service. */
interface ResearchDomain {
  readonly suffix: string
  readonly organisation: string
  /** What the label in front of the suffix begins with, where others than scanners have names there: universities. */
  readonly host?: RegExp
}

const research =
  /^(?:research-?)?scan(?:ner)?[a-z-]*\d*(?:\.|$)|^(?:zmap|pinger|probe|survey|census)[a-z0-9-]*(?:\.|$)/i

/** Names are checked by asking back for their addresses before they count: anybody can give his address any name. */
const domains: readonly ResearchDomain[] = [
  { suffix: 'censys-scanner.com', organisation: 'Censys' },
  { suffix: 'censys.io', organisation: 'Censys' },
  { suffix: 'shodan.io', organisation: 'Shodan' },
  { suffix: 'shadowserver.org', organisation: 'Shadowserver Foundation' },
  { suffix: 'labs.rapid7.com', organisation: 'Rapid7' },
  { suffix: 'binaryedge.ninja', organisation: 'BinaryEdge' },
  { suffix: 'binaryedge.io', organisation: 'BinaryEdge' },
  { suffix: 'internet-measurement.com', organisation: 'Driftnet' },
  { suffix: 'driftnet.io', organisation: 'Driftnet' },
  { suffix: 'stretchoid.com', organisation: 'Stretchoid' },
  { suffix: 'onyphe.net', organisation: 'ONYPHE' },
  { suffix: 'onyphe.io', organisation: 'ONYPHE' },
  { suffix: 'internet-census.org', organisation: 'Internet Census Group' },
  { suffix: 'criminalip.com', organisation: 'Criminal IP' },
  { suffix: 'leakix.net', organisation: 'LeakIX' },
  { suffix: 'leakix.org', organisation: 'LeakIX' },
  { suffix: 'expanse.co', organisation: 'Palo Alto Networks Cortex Xpanse' },
  { suffix: 'netsystemsresearch.com', organisation: 'NetSystems Research' },
  { suffix: 'alphastrike.io', organisation: 'Alpha Strike Labs' },
  { suffix: 'bufferover.run', organisation: 'BufferOver' },
  { suffix: 'modat.io', organisation: 'Modat' },
  { suffix: 'scan.modat.io', organisation: 'Modat' },
  { suffix: 'openportstats.com', organisation: 'OpenPortStats' },
  { suffix: 'internettl.org', organisation: 'InterneTTL' },
  { suffix: 'riskiq.com', organisation: 'RiskIQ' },
  { suffix: 'riskiq.net', organisation: 'RiskIQ' },
  { suffix: 'kudelskisecurity.com', organisation: 'Kudelski Security' },
  { suffix: 'projectblindferret.com', organisation: 'Project Blind Ferret' },
  { suffix: 'caida.org', organisation: 'CAIDA' },
  { suffix: 'ant.isi.edu', organisation: 'ANT Lab, University of Southern California' },
  { suffix: 'netsec.colostate.edu', organisation: 'Colorado State University', host: research },
  { suffix: 'umich.edu', organisation: 'University of Michigan', host: research },
  { suffix: 'berkeley.edu', organisation: 'University of California, Berkeley', host: research },
  { suffix: 'stanford.edu', organisation: 'Stanford University', host: research },
  { suffix: 'rwth-aachen.de', organisation: 'RWTH Aachen University', host: research },
  { suffix: 'tum.de', organisation: 'Technical University of Munich', host: research },
  { suffix: 'sba-research.org', organisation: 'SBA Research' },
]

const bySuffix = new Map(domains.map((domain) => [domain.suffix, domain]))

/** The research organisation of a host name; null where it is none that is known. The name must have been confirmed. */
export function researchOrganisation(name: string): string | null {
  const host = name.toLowerCase().replace(/\.$/, '')
  if (host.length > 253) return null
  for (let dot = -1; ; ) {
    const domain = bySuffix.get(host.slice(dot + 1))
    if (domain && (domain.host === undefined || domain.host.test(host.slice(0, Math.max(0, dot))))) {
      return domain.organisation
    }
    dot = host.indexOf('.', dot + 1)
    if (dot < 0) return null
  }
}
