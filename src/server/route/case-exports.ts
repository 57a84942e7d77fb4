import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { Problem } from '../../base/problem.ts'
import { z } from '../../config/zod.ts'
import { pseudonymKey, toldCase } from '../../pipeline/told-case.ts'
import { caseExports } from '../../report/case/registry.ts'
import { askAside } from '../aside/ask.ts'
import type { CaseFileTask } from '../case/case-file.ts'
import { caseId } from '../case/case-id.ts'
import { loadedCase } from '../case/loaded-case.ts'
import { type Request, type RouteGroup, route } from './route.ts'

const formats = z.object({
  formats: z.array(z.object({ id: z.string(), title: z.string(), about: z.string(), mediaType: z.string() })),
})
export type CaseFormats = z.infer<typeof formats>

const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((word) => word === 'true')

/** The report is a page of its own: it may have its style and nothing else, not even where it is opened by hand. */
const reportPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; form-action 'none'"

/** Milliseconds that cutting packets and packing may take. */
const timeLimit = 600_000

export default {
  name: 'case-exports',
  about: 'A case in the formats of the field, its packets, and the package for tier 2.',
  routes: [
    route({
      id: 'caseFormats',
      method: 'GET',
      path: '/api/case-formats',
      about: 'The formats in which a case can be had.',
      role: 'viewer',
      response: formats,
      handle: () => ({
        formats: caseExports.map(({ id, title, about, mediaType }) => ({ id, title, about, mediaType })),
      }),
    }),
    route({
      id: 'caseExport',
      method: 'GET',
      path: '/api/cases/{id}/exports/{format}',
      about: 'The case in a format.',
      role: 'viewer',
      params: caseId.extend({ format: z.enum(caseExports.map(({ id }) => id) as [string, ...string[]]) }),
      query: z.object({
        /** Outputs that are made for others name our own addresses too. */
        internal: flag,
        /** Our addresses and names replaced, the same way each time, with the key of this service. */
        pseudonyms: flag,
        /** Shown in the browser rather than saved. */
        show: flag,
      }),
      response: [...new Set(caseExports.map(({ mediaType }) => mediaType))],
      handle: async ({ site, params, query, header }) => {
        const one = loadedCase(site.cases, params.id)
        const config = await site.config()
        const key = query.pseudonyms ? pseudonymKey(site.directory) : undefined
        const { theCase, options } = await toldCase(one, config, {
          own: config.networks ?? [],
          internal: query.internal,
          key,
        })
        const format = caseExports.find(({ id }) => id === params.format)
        if (format === undefined) throw new Problem('no-such-format', `there is no format ${params.format}`)
        const isPage = format.mediaType === 'text/html'
        if (isPage) header('content-security-policy', reportPolicy)
        const named = query.show ? {} : { fileName: `case-${one.id}-${format.id}.${format.extension}` }
        return { mediaType: `${format.mediaType}; charset=utf-8`, body: format.render(theCase, options), ...named }
      },
    }),
    route({
      id: 'casePackets',
      method: 'GET',
      path: '/api/cases/{id}/packets',
      about: 'The packets of the case, cut out of the captures: of its sources and of the systems that look taken.',
      role: 'analyst',
      params: caseId,
      response: ['application/x-pcapng'],
      handle: async (request) => {
        const { id, body } = await madeAside('case-packets', request)
        return { mediaType: 'application/x-pcapng', body, fileName: `case-${id}.pcapng` }
      },
    }),
    route({
      id: 'casePack',
      method: 'GET',
      path: '/api/cases/{id}/pack',
      about: "Tier 2's package: reports, timeline, traffic, packets, intelligence, weaknesses, sweep; with digests.",
      role: 'analyst',
      params: caseId,
      response: ['application/gzip'],
      handle: async (request) => {
        const { id, body } = await madeAside('case-pack', request)
        return { mediaType: 'application/gzip', body, fileName: `case-${id}.tar.gz` }
      },
    }),
  ],
} satisfies RouteGroup

/** Made by a process of its own, in a directory that is removed when it was sent, or nobody wants it any more. */
async function madeAside(
  kind: CaseFileTask['kind'],
  { site, params, actor, signal }: Request<{ readonly id: string }, unknown, unknown>,
): Promise<{ id: string; body: Readable }> {
  const { id } = loadedCase(site.cases, params.id)
  const leave = await site.lanes.files.enter(actor.name, signal)
  const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-case-'))
  const over = () => {
    leave()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const task = { kind, state: site.directory, configFile: site.configFile, caseId: id, folder }
    const body = await askAside(task, { signal, timeLimit })
    body.once('close', over)
    return { id, body }
  } catch (error) {
    over()
    throw error
  }
}
