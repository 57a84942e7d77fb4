import { IconAntenna, IconDatabaseSearch, IconLayoutDashboard, IconListSearch, IconUpload } from '@tabler/icons-react'
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
  {
    path: '/cases',
    title: 'Cases',
    group: 'watch',
    icon: IconListSearch,
    key: 'c',
    load: () => import('./cases/cases.tsx'),
  },
  { path: '/cases/:id', title: 'Case', load: () => import('./case/case.tsx') },
  { path: '/cases/:id/map', title: 'Address map', load: () => import('./case-map/case-map.tsx') },
  {
    path: '/hunt',
    title: 'Hunt',
    group: 'know',
    icon: IconDatabaseSearch,
    key: 'h',
    load: () => import('./hunt/hunt.tsx'),
  },
  {
    path: '/jobs',
    title: 'Uploads and jobs',
    group: 'know',
    icon: IconUpload,
    key: 'u',
    load: () => import('./jobs/jobs.tsx'),
  },
  {
    path: '/sensors',
    title: 'Sensors',
    group: 'know',
    icon: IconAntenna,
    key: 's',
    load: () => import('./sensors/sensors.tsx'),
  },
]
