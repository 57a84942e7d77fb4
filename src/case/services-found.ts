import type { Scan } from '../detect/finding.ts'

export type ServiceFound = Scan['open'][number]

/** Services that answered any of the scans, each once however many scans found it; in order of first sight. */
export function servicesFound(scans: readonly Pick<Scan, 'open'>[]): ServiceFound[] {
  const found = new Map<string, ServiceFound>()
  for (const service of scans.flatMap(({ open }) => open)) {
    const key = `${service.address} ${service.protocol} ${service.port}`
    if (!found.has(key)) found.set(key, service)
  }
  return [...found.values()]
}
