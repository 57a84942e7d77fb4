import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface LocalServer {
  readonly url: string
  /** What it was asked, in order. */
  readonly asked: readonly { readonly path: string; readonly headers: IncomingMessage['headers'] }[]
}

/** Runs a real server on loopback while something is done with it. */
export async function withServer<T>(
  answer: (request: IncomingMessage, response: ServerResponse, server: LocalServer) => void,
  act: (server: LocalServer) => Promise<T>,
): Promise<T> {
  const asked: { path: string; headers: IncomingMessage['headers'] }[] = []
  let local: LocalServer = { url: '', asked }
  const server = createServer((request, response) => {
    asked.push({ path: request.url ?? '', headers: request.headers })
    answer(request, response, local)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  local = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
  try {
    return await act(local)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}
