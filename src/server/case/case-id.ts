import { z } from '../../config/zod.ts'

/** Which case: its id, or the beginning of it where that is enough. */
export const caseId = z.object({ id: z.string().regex(/^[\w-]{1,64}$/, 'is no id of a case') })
