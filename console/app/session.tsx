import { useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect } from 'react'
import type { Role, SessionInfo } from '../../src/server/contract.ts'
import { ApiProblem, get, setCsrf, whenSignedOut } from './api.ts'

const Context = createContext<SessionInfo | null>(null)
const order: readonly Role[] = ['viewer', 'analyst', 'responder', 'admin']

/** Who is signed in; shows `signIn` to whoever is not, in place of the page, so that a deep link is still there afterwards. */
export function SessionProvider({ signIn, children }: { readonly signIn: ReactNode; readonly children: ReactNode }) {
  const client = useQueryClient()
  const { data, error, isPending } = useQuery({
    queryKey: ['session'],
    queryFn: () => get<SessionInfo>('/api/session').catch(nobody),
    staleTime: 60_000,
    refetchInterval: 60_000,
  })
  useEffect(() => whenSignedOut(() => client.setQueryData(['session'], null)), [client])
  if (data) setCsrf(data.csrf)
  if (isPending) return null
  if (error && data === undefined) return <p role="alert">{error.message}</p>
  return data ? <Context value={data}>{children}</Context> : signIn
}

function nobody(error: unknown): null {
  if (error instanceof ApiProblem && error.problem.status === 401) return null
  throw error
}

export function useSession(): SessionInfo {
  const session = useContext(Context)
  if (session === null) throw new Error('nobody is signed in')
  return session
}

/** Whether who is signed in may do what needs a role: what they may not is not offered. */
export function useMay(needed: Role): boolean {
  return order.indexOf(useSession().role) >= order.indexOf(needed)
}
