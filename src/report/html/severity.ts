import type { Severity } from '../../detect/finding.ts'

export function severityPill(severity: Severity): string {
  return `<span class="pill ${severity}">${severity}</span>`
}
