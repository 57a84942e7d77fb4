import { Kbd, Modal, Table } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { pages } from '../page/registry.ts'

interface KeyAbout {
  readonly keys: string
  readonly about: string
}

const Context = createContext<(keys: readonly KeyAbout[]) => () => void>(() => () => {})
const pause = 1500

/** The keys of the whole console: `g` and a letter goes to a page, `/` to its search, `?` lists what there is. */
export function KeyProvider({ children }: { readonly children: ReactNode }) {
  const [isShown, setShown] = useState(false)
  const [local, setLocal] = useState<readonly KeyAbout[]>([])
  const [, go] = useLocation()
  const goingSince = useRef(0)
  const leads = useMemo(() => pages.filter(({ key }) => key !== undefined), [])
  useHotkeys([
    ['?', () => setShown(true)],
    ['shift+?', () => setShown(true)],
    ['g', () => void (goingSince.current = Date.now())],
    ['/', () => document.querySelector<HTMLElement>('[data-search]')?.focus()],
    ...leads.map(({ key, path }): [string, () => void] => [
      key as string,
      () => {
        if (Date.now() - goingSince.current < pause) go(path)
        goingSince.current = 0
      },
    ]),
  ])
  const declare = useMemo(
    () => (keys: readonly KeyAbout[]) => {
      setLocal(keys)
      return () => setLocal([])
    },
    [],
  )
  const all = [
    ...local,
    ...leads.map(({ key, title }) => ({ keys: `g ${key}`, about: `Go to ${title}` })),
    { keys: '/', about: 'Search on this page' },
    { keys: '?', about: 'This list' },
  ]
  return (
    <Context value={declare}>
      {children}
      <Modal opened={isShown} onClose={() => setShown(false)} title="Keys">
        <Table>
          <Table.Tbody>
            {all.map(({ keys, about }) => (
              <Table.Tr key={keys + about}>
                <Table.Td w={120}>
                  {keys.split(' ').map((each) => (
                    <Kbd key={each} mr={4}>
                      {each}
                    </Kbd>
                  ))}
                </Table.Td>
                <Table.Td>{about}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Modal>
    </Context>
  )
}

/** Says which keys the page that is open has, for the list; the page itself binds them. Give the same list each time. */
export function usePageKeys(keys: readonly KeyAbout[]): void {
  const declare = useContext(Context)
  useEffect(() => declare(keys), [declare, keys])
}
