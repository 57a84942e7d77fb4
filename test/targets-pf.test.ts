import { conformance } from './target/suite.ts'

conformance('pf', 1)
