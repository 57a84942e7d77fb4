import { z } from './zod.ts'

const units: Readonly<Record<string, number>> = { kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 }
const written = /^(\d{1,9}) ?(kB|MB|GB|TB)$/

/** `50 GB` in bytes; undefined where it is no size. */
export function bytesOf(text: string): number | undefined {
  const [, number, unit = ''] = written.exec(text.trim()) ?? []
  return number === undefined ? undefined : Number(number) * (units[unit] as number)
}

/** `50 GB`, or bytes. */
export const size = z.union([
  z.int().min(1),
  z.string().transform((text, context) => {
    const bytes = bytesOf(text)
    if (bytes === undefined) context.addIssue({ code: 'custom', message: 'write a size such as 50 GB' })
    return bytes ?? 0
  }),
])

/** `archive:` of the configuration: where events are kept, and for how long. */
export const archiveSection = z.strictObject({
  directory: z.string().min(1, 'is empty'),
  /** Days; older ones are removed. Absent: all are kept. */
  keepDays: z.int().min(1).max(36_500).optional(),
  /** Size of all files; beyond it the oldest are removed. */
  maxBytes: size.optional(),
})
