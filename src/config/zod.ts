/** The one place that imports zod; the sections of the configuration stand in files of their own beside this one. */
export { z } from 'zod'
