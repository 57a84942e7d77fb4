import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { SessionInfo } from '../../../src/server/contract.ts'
import { ApiProblem, send } from '../../app/api.ts'
import { ProblemAlert } from '../../part/state.tsx'
import { SignInCard } from './card.tsx'
import { SetUp } from './set-up.tsx'

/** In place of the page that was asked for, whose address stays: after signing in it is there. */
export default function SignIn() {
  const [secret, setSecret] = useState(() => (location.pathname === '/set-up' ? location.hash.slice(1) : ''))
  if (secret === '') return <PasswordSignIn />
  const leave = () => {
    history.replaceState(null, '', '/')
    setSecret('')
  }
  return <SetUp secret={secret} onDone={leave} />
}

function PasswordSignIn() {
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [asksCode, setAsksCode] = useState(false)
  const signIn = useMutation({
    mutationFn: () => send<SessionInfo>('POST', '/api/session', { name, password, ...(code && { code }) }),
    onSuccess: (session) => {
      // Nothing of whoever was here before is shown to who comes now.
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' })
      client.setQueryData(['session'], session)
    },
    onError: (error) => {
      setCode('')
      if (error instanceof ApiProblem && error.problem.code === 'second-factor') setAsksCode(true)
    },
  })
  const isFirstAsking = signIn.error instanceof ApiProblem && signIn.error.problem.detail.startsWith('the code of')
  return (
    <SignInCard title="Sign in to Sweepwatch">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          signIn.mutate()
        }}
      >
        <Stack gap="sm">
          <TextInput
            label="Name"
            autoComplete="username"
            autoFocus
            required
            maxLength={64}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {asksCode && (
            <TextInput
              label="Code"
              description="Of your authenticator app, or a recovery code"
              autoComplete="one-time-code"
              autoFocus
              required
              maxLength={40}
              value={code}
              onChange={(event) => setCode(event.currentTarget.value)}
            />
          )}
          {signIn.error && !isFirstAsking && <ProblemAlert error={signIn.error} />}
          <Button type="submit" loading={signIn.isPending}>
            Sign in
          </Button>
        </Stack>
      </form>
    </SignInCard>
  )
}
