import { Skeleton } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { Route, Switch } from 'wouter'
import { pages } from '../page/registry.ts'
import { Empty } from '../part/state.tsx'

const opened = pages.map((page) => ({ page, Body: lazy(page.load) }))

export function Routes() {
  return (
    <Suspense fallback={<Skeleton m="lg" height={400} aria-label="Loading" />}>
      <Switch>
        {opened.map(({ page, Body }) => (
          <Route key={page.path} path={page.path}>
            <Body />
          </Route>
        ))}
        <Route>
          <Empty>There is no such page.</Empty>
        </Route>
      </Switch>
    </Suspense>
  )
}
