import { z } from '../zod.ts'
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

const kinds = [
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
] as const

/** The settings of one target: those of its kind. */
export const targetSettings = z.discriminatedUnion('kind', kinds, {
  error: `is one of ${kinds.map(({ shape }) => shape.kind.value).join(', ')}`,
})
