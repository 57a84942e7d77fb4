import { Problem } from '../../base/problem.ts'
import type { ServiceSettings } from '../settings.ts'
import { abuseipdb } from './abuseipdb.ts'
import { greynoise } from './greynoise.ts'
import { jsonService } from './json-service.ts'
import type { Service } from './online.ts'

/** @throws Problem `intel` where a URL does not say where the address goes */
export function serviceOf(name: string, settings: ServiceSettings): Service {
  switch (settings.kind) {
    case 'greynoise':
      return greynoise(settings.url)
    case 'abuseipdb':
      return abuseipdb(settings.url)
    default:
      if (settings.url.includes('{address}')) return jsonService(settings)
      throw new Problem('intel', `the URL of the service ${name} does not say where the address goes`, {
        hint: 'Write {address} into it.',
      })
  }
}
