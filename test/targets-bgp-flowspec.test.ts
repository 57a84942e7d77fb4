import { conformance } from './target/suite.ts'

conformance('bgp-flowspec', 1)
