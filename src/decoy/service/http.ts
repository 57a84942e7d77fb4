import { HttpTalk, isHttp } from '../http-talk.ts'
import type { Service } from './service.ts'

export default {
  id: 'http',
  title: 'HTTP',
  ports: [80, 8080],
  transports: ['tcp'],
  open: (talk) => new HttpTalk(talk),
  claims: isHttp,
} satisfies Service
