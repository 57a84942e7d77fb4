import type { SignKind } from '../case/case.ts'

/** Signs that a system was taken (requirement E4); the other kinds come before that. */
export const compromise: readonly SignKind[] = [
  'login',
  'outbound-volume',
  'first-destination',
  'inside-scan',
  'admin-pair',
  'uncommon',
]
