import { openLab } from './target/open-lab.ts'
import { packetTests } from './target/packets.ts'

packetTests(openLab('nftables', [], (lab) => ({ kind: 'nftables', ...lab.router.tool('nft') })))
