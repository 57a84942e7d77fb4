import { styleText } from 'node:util'

/** How a text may look where it is going. */
export interface Look {
  readonly colour: boolean
  readonly unicode: boolean
  readonly columns: number
}

type Style = Parameters<typeof styleText>[0]

/** Paints `text` where the look allows colour. */
export function paint(look: Look, style: Style, text: string): string {
  return look.colour ? styleText(style, text, { validateStream: false }) : text
}

/** Drawing characters with their ASCII stand-ins. */
export function glyphs(look: Look) {
  return look.unicode
    ? {
        rule: '─',
        heavy: '━',
        dot: '·',
        bar: '█',
        minus: '−',
        times: '×',
        to: '→',
        bullet: '•',
        dash: '–',
        mark: '●',
        more: '…',
      }
    : {
        rule: '-',
        heavy: '=',
        dot: '|',
        bar: '#',
        minus: '-',
        times: 'x',
        to: '->',
        bullet: '-',
        dash: '-',
        mark: '*',
        more: '...',
      }
}
