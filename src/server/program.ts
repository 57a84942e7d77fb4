import { fileURLToPath } from 'node:url'

/** The command line, which the service starts for what runs beside it. */
export const programFile = fileURLToPath(new URL('../cli.ts', import.meta.url))
