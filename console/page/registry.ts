import { IconLayoutDashboard } from '@tabler/icons-react'
import type { Page } from './page.ts'

/** Every page, in the order of the navigation. */
export const pages: readonly Page[] = [
  {
    path: '/',
    title: 'Overview',
    group: 'watch',
    icon: IconLayoutDashboard,
    key: 'o',
    load: () => import('./overview/overview.tsx'),
  },
]
