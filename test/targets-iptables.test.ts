import { conformance } from './target/suite.ts'

conformance('iptables', 1)
