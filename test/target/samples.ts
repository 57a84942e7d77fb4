import aws from './aws.ts'
import bgpFlowspec from './bgp-flowspec.ts'
import ciscoAsa from './cisco-asa.ts'
import crowdsec from './crowdsec.ts'
import debug from './debug.ts'
import file from './file.ts'
import iptables from './iptables.ts'
import nftables from './nftables.ts'
import openc2 from './openc2.ts'
import paloAlto from './palo-alto.ts'
import pf from './pf.ts'
import type { Sample } from './sample.ts'
import webhook from './webhook.ts'

/** One of every kind. */
export const samples: Readonly<Record<string, Sample>> = {
  aws,
  'bgp-flowspec': bgpFlowspec,
  'cisco-asa': ciscoAsa,
  crowdsec,
  debug,
  file,
  iptables,
  nftables,
  openc2,
  'palo-alto': paloAlto,
  pf,
  webhook,
}
