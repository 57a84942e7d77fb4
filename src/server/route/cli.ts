import { roles } from '../../account/role.ts'
import { Problem } from '../../base/problem.ts'
import { z } from '../../config/zod.ts'
import { ledgerAuthor } from '../actor.ts'
import { runCommand } from '../cli/run-command.ts'
import { type RouteGroup, route } from './route.ts'

const look = z.object({ colour: z.boolean(), unicode: z.boolean(), columns: z.int().min(40).max(400) })
const plain = { colour: false, unicode: true, columns: 100 }
const word = z.string().max(100_000)

const commandList = z.object({
  commands: z.array(
    z.object({
      command: z.string(),
      about: z.string(),
      roles: z.record(z.string(), z.enum(roles)),
      refused: z.record(z.string(), z.string()),
    }),
  ),
})

export default {
  name: 'cli',
  about: 'The command line, run by the service: what `sweepwatch --server URL` asks.',
  routes: [
    route({
      id: 'listCommands',
      method: 'GET',
      path: '/api/cli',
      about: 'Which commands work, and the role that each action needs.',
      role: 'viewer',
      response: commandList,
      handle: ({ site }) => ({
        commands: (site.commands?.list ?? []).map((each) => ({
          ...each,
          roles: { ...each.roles },
          refused: { ...each.refused },
        })),
      }),
    }),
    route({
      id: 'runCommand',
      method: 'POST',
      path: '/api/cli',
      about:
        'Runs a command of the command line on the service, with its state and configuration, in your name. Each action needs its own role (GET /api/cli). Answers JSON Lines: {"out"} and {"err"} as it is printed, at last {"exit"}.',
      role: 'viewer',
      body: z.object({
        words: z.array(word).min(1).max(500),
        looks: z.object({ out: look, err: look }).default({ out: plain, err: plain }),
      }),
      bodyLimit: 512 << 10,
      response: ['application/x-ndjson'] as const,
      handle: async ({ site, actor, body, signal, note }) => {
        note({ command: body.words.join(' ').slice(0, 1000) })
        if (site.commands === undefined) throw new Problem('unavailable', 'this service runs no commands')
        const { program, allow } = site.commands
        const asked = {
          ...body,
          actor: { ...ledgerAuthor(actor), role: actor.role, ...(actor.scopes && { scopes: actor.scopes }) },
          state: site.directory,
          config: site.configFile,
          allow,
        }
        const leave = await site.lanes.commands.enter(actor.name, signal)
        try {
          const printed = await runCommand(program, asked, signal)
          printed.once('close', leave)
          return { mediaType: 'application/x-ndjson; charset=utf-8', body: printed }
        } catch (error) {
          leave()
          throw error
        }
      },
    }),
  ],
} satisfies RouteGroup
