import {
  ActionIcon,
  AppShell,
  Badge,
  Burger,
  Group,
  Menu,
  NavLink,
  ScrollArea,
  Text,
  useMantineColorScheme,
} from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconClock, IconMoon, IconUser } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import type { Page } from '../page/page.ts'
import { pages } from '../page/registry.ts'
import { send } from './api.ts'
import { useLive } from './live.tsx'
import { useMay, useSession } from './session.tsx'
import { useTimeZone } from './time.tsx'

const groups = { watch: 'Watch', know: 'Know' } as const

/** Header, navigation and the page. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const [isOpen, { toggle, close }] = useDisclosure(false)
  return (
    <AppShell header={{ height: 48 }} navbar={{ width: 210, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}>
      <a href="#main" className="skip">
        Skip to content
      </a>
      <AppShell.Header px="sm">
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={isOpen} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Navigation" />
            <Text fw={700}>Sweepwatch</Text>
            <LiveBadge />
          </Group>
          <Group gap="xs" wrap="nowrap">
            <ZoneButton />
            <SchemeButton />
            <PersonMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar aria-label="Pages">
        <ScrollArea p="xs">
          {(Object.keys(groups) as (keyof typeof groups)[]).map((group) => (
            <div key={group}>
              <Text size="xs" c="dimmed" px="sm" pt="xs">
                {groups[group]}
              </Text>
              {pages
                .filter((page) => page.group === group)
                .map((page) => (
                  <PageLink key={page.path} page={page} onClick={close} />
                ))}
            </div>
          ))}
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        {children}
      </AppShell.Main>
    </AppShell>
  )
}

function PageLink({ page, onClick }: { readonly page: Page; readonly onClick: () => void }) {
  const [at] = useLocation()
  const may = useMay(page.role ?? 'viewer')
  if (!may) return null
  const isHere = page.path === '/' ? at === '/' : at.startsWith(page.path)
  return (
    <NavLink
      component={Link}
      href={page.path}
      label={page.title}
      active={isHere}
      aria-current={isHere ? 'page' : undefined}
      leftSection={page.icon && <page.icon size={18} stroke={1.5} />}
      onClick={onClick}
    />
  )
}

function LiveBadge() {
  const state = useLive()
  return (
    <Badge
      variant={state === 'live' ? 'light' : 'filled'}
      color={state === 'live' ? 'teal' : 'orange'}
      title={state === 'live' ? 'Changes are shown as they happen' : 'Not connected; what you see may be old'}
      role="status"
    >
      {state === 'live' ? 'live' : 'not live'}
    </Badge>
  )
}

function ZoneButton() {
  const { zone, choose } = useTimeZone()
  const label = `Times are ${zone === 'utc' ? 'UTC' : 'local'}; change`
  return (
    <ActionIcon
      variant="default"
      w={76}
      h={34}
      aria-label={label}
      title={label}
      onClick={() => choose(zone === 'utc' ? 'local' : 'utc')}
    >
      <IconClock size={16} />
      <Text size="xs" ml={4}>
        {zone === 'utc' ? 'UTC' : 'local'}
      </Text>
    </ActionIcon>
  )
}

function SchemeButton() {
  const { toggleColorScheme } = useMantineColorScheme()
  return (
    <ActionIcon
      variant="default"
      size={34}
      aria-label="Light or dark"
      title="Light or dark"
      onClick={toggleColorScheme}
    >
      <IconMoon size={16} />
    </ActionIcon>
  )
}

function PersonMenu() {
  const { name, role } = useSession()
  // The page is loaded anew, so that nothing stays in memory; where the service did not hear of it, they see that they are signed in still.
  const signOut = () => send('DELETE', '/api/session').finally(() => location.assign('/'))
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon variant="default" size={34} aria-label={`Signed in as ${name}`} title={`${name} (${role})`}>
          <IconUser size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {name} · {role}
        </Menu.Label>
        <Menu.Item onClick={() => void signOut().catch(() => {})}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
