import { z } from '../zod.ts'

const word = z
  .string()
  .min(1, 'is empty')
  .max(4096)
  .regex(/^[^\0]*$/, 'holds a zero byte')

/** A program and the words before those of Sweepwatch; no shell reads them. @param usual where none is given; empty: what stands before several programs */
export function command(usual: readonly string[]) {
  return z
    .array(word, { error: `is a list of words, such as [${['sudo', '-n', ...usual].join(', ')}]` })
    .min(Math.min(1, usual.length), 'names no program')
    .max(20)
    .default([...usual])
}
