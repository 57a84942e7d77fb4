import type { ProblemBody } from '../../src/server/contract.ts'

/** What the service said against a request. */
export class ApiProblem extends Error {
  readonly problem: ProblemBody

  constructor(problem: ProblemBody) {
    super(problem.detail)
    this.problem = problem
  }
}

let csrf = ''
/** When somebody last moved the pointer or pressed a key here. */
let lastTouched = Date.now()
for (const kind of ['pointermove', 'pointerdown', 'keydown', 'wheel', 'touchstart']) {
  addEventListener(kind, () => void (lastTouched = Date.now()), { passive: true, capture: true })
}
/** What the page asks for by itself keeps no session alive that nobody sits at. */
function isUnattended(): boolean {
  return Date.now() - lastTouched > 60_000
}
let onSignedOut = () => {}

/** The session's token against forged requests, sent with every change. */
export function setCsrf(token: string): void {
  csrf = token
}

/** @param act called when the service no longer knows the session */
export function whenSignedOut(act: () => void): void {
  onSignedOut = act
}

type Query = Readonly<Record<string, string | number | boolean | null | undefined>>

/** A path with a query; what is undefined, null or empty is left out. */
export function pathWith(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '')
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  return text === '' ? path : `${path}?${text}`
}

/** @throws ApiProblem */
export async function get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  return answer<T>(await ask(pathWith(path, query), signal ? { signal } : {}))
}

type Method = 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** An answer that is bytes. @throws ApiProblem */
export async function getBytes(path: string, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const response = await ask(path, signal ? { signal } : {})
  if (!response.ok) return answer<never>(response)
  return new Uint8Array(await response.arrayBuffer())
}

/** Changes something. @throws ApiProblem */
export async function send<T>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  return answer<T>(await ask(path, changing(method, body, signal)))
}

/** Asks for a file with a body, and has the browser save it. @throws ApiProblem */
export async function saveFile(path: string, body: unknown, fileName: string, signal?: AbortSignal): Promise<void> {
  const response = await ask(path, changing('POST', body, signal))
  if (!response.ok) await answer(response)
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await response.blob())
  link.download = fileName
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

function changing(method: Method, body: unknown, signal: AbortSignal | undefined): RequestInit {
  const headers = { 'x-csrf-token': csrf, ...(body !== undefined && { 'content-type': 'application/json' }) }
  return { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }), ...(signal && { signal }) }
}

/** Sends a file as it is; `progress` is told the share that is sent. @throws ApiProblem */
export function upload<T>(
  path: string,
  file: Blob,
  progress: (share: number) => void,
  signal?: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', path)
    request.setRequestHeader('x-csrf-token', csrf)
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.upload.onprogress = ({ loaded, total }) => progress(total > 0 ? loaded / total : 0)
    request.onload = () => {
      answer<T>(new Response(request.responseText, { status: request.status })).then(resolve, reject)
    }
    request.onerror = () => reject(unreachable())
    request.onabort = () => reject(new DOMException('stopped', 'AbortError'))
    signal?.addEventListener('abort', () => request.abort())
    request.send(file)
  })
}

async function ask(path: string, options: RequestInit): Promise<Response> {
  const headers = isUnattended() ? { ...options.headers, 'x-unattended': '1' } : options.headers
  return fetch(path, { credentials: 'same-origin', ...options, ...(headers && { headers }) }).catch(
    (error: unknown) => {
      if ((error as Error).name === 'AbortError') throw error
      throw unreachable()
    },
  )
}

async function answer<T>(response: Response): Promise<T> {
  const text = await response.text()
  if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as T
  const problem = problemOf(response.status, text)
  if (problem.code === 'not-signed-in') onSignedOut()
  throw new ApiProblem(problem)
}

function problemOf(status: number, text: string): ProblemBody {
  try {
    return JSON.parse(text) as ProblemBody
  } catch {
    return { type: 'about:blank', title: 'Error', status, code: 'answer', detail: `The service answered ${status}.` }
  }
}

function unreachable(): ApiProblem {
  return new ApiProblem({
    type: 'about:blank',
    title: 'Not reachable',
    status: 0,
    code: 'unreachable',
    detail: 'The service does not answer.',
    hint: 'It is tried again by itself; what you see may be old.',
  })
}
