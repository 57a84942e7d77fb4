import type { ComponentType } from 'react'
import type { Role } from '../../src/server/contract.ts'

/** A page of the console. Navigation, routes and the list of keys come from this object. */
export interface Page {
  /** With parameters as wouter reads them: `/cases/:id`. */
  readonly path: string
  readonly title: string
  /** Where it stands in the navigation; not in it where absent. */
  readonly group?: 'watch' | 'know'
  readonly icon?: ComponentType<{ readonly size?: number | string; readonly stroke?: number | string }>
  /** Goes there when pressed after `g`. */
  readonly key?: string
  /** The least role that is offered it. */
  readonly role?: Role
  /** The page's code, loaded when it is first opened; its default export is the page. */
  readonly load: () => Promise<{ readonly default: ComponentType }>
}
