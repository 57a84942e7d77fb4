import { openLab } from './target/open-lab.ts'
import { packetTests } from './target/packets.ts'

const tools = ['ipset', 'iptables-legacy-restore']
packetTests(
  openLab('iptables legacy', tools, (lab) => ({ kind: 'iptables', variant: 'legacy', ...lab.router.tool('') })),
)
