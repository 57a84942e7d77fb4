import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { LinkInfo } from '../../../src/server/contract.ts'
import { send } from '../../app/api.ts'
import { Loaded, ProblemAlert } from '../../part/state.tsx'
import { SignInCard } from './card.tsx'

interface SetUpProps {
  readonly secret: string
  readonly onDone: () => void
}

/** What a one-time link leads to: the first admin is made, or a password is set. */
export function SetUp({ secret, onDone }: SetUpProps) {
  const query = useQuery({
    queryKey: ['link', secret],
    queryFn: () => send<LinkInfo>('POST', '/api/set-up/look', { secret }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  return (
    <SignInCard title={query.data?.purpose === 'password' ? 'Set your password' : 'Set up Sweepwatch'}>
      <Loaded query={query} height={260}>
        {(link) => <SetUpForm link={link} secret={secret} onDone={onDone} />}
      </Loaded>
      {query.error && (
        <Button variant="default" onClick={onDone}>
          Sign in
        </Button>
      )}
    </SignInCard>
  )
}

function SetUpForm({ link, secret, onDone }: SetUpProps & { readonly link: LinkInfo }) {
  const client = useQueryClient()
  const [name, setName] = useState(link.name ?? '')
  const [password, setPassword] = useState('')
  const [again, setAgain] = useState('')
  const setUp = useMutation({
    mutationFn: () => send('POST', '/api/set-up', { secret, password, ...(link.name === null && { name }) }),
    onSuccess: async () => {
      onDone()
      await client.invalidateQueries({ queryKey: ['session'] })
    },
  })
  const differs = again !== '' && again !== password
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (again === password) setUp.mutate()
      }}
    >
      <Stack gap="sm">
        <Text size="sm">
          {link.name === null
            ? 'You make the first account: an admin, who can make others.'
            : `Choose a password for ${link.name}. Sessions that are open end.`}
        </Text>
        <TextInput
          label="Name"
          autoComplete="username"
          required
          maxLength={64}
          readOnly={link.name !== null}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          description="12 to 128 characters; several words make a good one"
          autoComplete="new-password"
          required
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password again"
          autoComplete="new-password"
          required
          error={differs && 'The two are not the same'}
          value={again}
          onChange={(event) => setAgain(event.currentTarget.value)}
        />
        {setUp.error && <ProblemAlert error={setUp.error} />}
        <Button type="submit" loading={setUp.isPending} disabled={differs}>
          {link.name === null ? 'Make the account' : 'Set the password'}
        </Button>
      </Stack>
    </form>
  )
}
