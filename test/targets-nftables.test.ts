import { conformance } from './target/suite.ts'

conformance('nftables', 1)
