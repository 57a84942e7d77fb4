import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './style.css'
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { lazy, StrictMode, Suspense } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiProblem } from './app/api.ts'
import { KeyProvider } from './app/keys.tsx'
import { LiveProvider } from './app/live.tsx'
import { Routes } from './app/routes.tsx'
import { SessionProvider } from './app/session.tsx'
import { Shell } from './app/shell.tsx'
import { theme } from './app/theme.ts'
import { TimeProvider } from './app/time.tsx'

const SignIn = lazy(() => import('./page/sign-in/sign-in.tsx'))
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // What the service refused it refuses again; what did not reach it may.
      retry: (count, error) => count < 3 && !(error instanceof ApiProblem && error.problem.status >= 400),
    },
  },
})

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <Notifications position="bottom-right" />
      <QueryClientProvider client={client}>
        <TimeProvider>
          <Suspense fallback={null}>
            <SessionProvider signIn={<SignIn />}>
              <LiveProvider>
                <KeyProvider>
                  <Shell>
                    <Routes />
                  </Shell>
                </KeyProvider>
              </LiveProvider>
            </SessionProvider>
          </Suspense>
        </TimeProvider>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)
