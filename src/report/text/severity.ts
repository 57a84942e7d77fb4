import type { Severity } from '../../detect/finding.ts'
import { type Look, paint } from '../look.ts'

const styles = {
  critical: ['bold', 'white', 'bgRed'],
  high: ['bold', 'red'],
  medium: ['bold', 'yellow'],
  low: ['bold', 'cyan'],
} as const

export function severityBadge(severity: Severity, look: Look): string {
  return paint(look, styles[severity], ` ${severity.toUpperCase()} `)
}
