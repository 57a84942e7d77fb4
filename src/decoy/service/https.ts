import { HttpTalk } from '../http-talk.ts'
import { isTls, overTls } from '../tls/over-tls.ts'
import type { Service } from './service.ts'

export default {
  id: 'https',
  title: 'HTTPS',
  ports: [443, 8443],
  transports: ['tcp'],
  open: (talk) => overTls(talk, (inner) => new HttpTalk(inner)),
  claims: isTls,
} satisfies Service
