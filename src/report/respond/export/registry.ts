import cacao from './cacao.ts'
import type { PlanExport } from './export.ts'
import json from './json.ts'
import ocsf from './ocsf.ts'
import openc2 from './openc2.ts'
import stix from './stix.ts'

/** Every output of a plan, in the order in which they are listed. */
export const planExports: readonly PlanExport[] = [json, ocsf, openc2, cacao, stix]
