import { openLab } from './target/open-lab.ts'
import { packetTests } from './target/packets.ts'

const tools = ['ipset', 'iptables-nft-restore']
packetTests(openLab('iptables nft', tools, (lab) => ({ kind: 'iptables', variant: 'nft', ...lab.router.tool('') })))
