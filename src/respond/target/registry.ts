import type { TargetKind } from '../respond.ts'
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
import webhook from './webhook.ts'

/** Every kind of target. Each takes the settings that the schema of the same name in the configuration makes. */
export const targetKinds: readonly TargetKind<never>[] = [
  aws,
  bgpFlowspec,
  ciscoAsa,
  crowdsec,
  debug,
  file,
  iptables,
  nftables,
  openc2,
  paloAlto,
  pf,
  webhook,
]
