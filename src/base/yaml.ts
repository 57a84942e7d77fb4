/** The one place that imports the YAML library (YAML 1.2). It is loaded when it is needed: most runs read no YAML. */

/** More aliases than these are a "billion laughs" file: it is refused instead of expanded. */
const mostAliases = 100

/** A YAML text that was read. */
export interface YamlText {
  readonly value: unknown
  /** Where each key of the top mapping stands; empty where the top is none. Lines from 1. */
  keyLines(): ReadonlyMap<string, number>
  /** Where each item of a list stands: the list at the top, or under the keys given. Lines from 1. */
  itemLines(path: readonly string[]): readonly number[]
  /**
   * The text with one more item at the end of that list, which is made where it is missing. Comments stay where they are.
   * Undefined where something else than a list stands there.
   */
  withItem(path: readonly string[], item: unknown): string | undefined
}

/** @returns the text as read, or what is wrong with it, with its place: `line 3, column 5: …` */
export async function readYaml(text: string): Promise<YamlText | { readonly error: string }> {
  const { isCollection, isMap, isScalar, isSeq, LineCounter, parseDocument } = await import('yaml')
  const counter = new LineCounter()
  const lineOf = (offset: number | undefined) => (offset === undefined ? 0 : counter.linePos(offset).line)
  try {
    const document = parseDocument(text, { lineCounter: counter })
    const [error] = document.errors
    if (error) {
      const { line, col } = counter.linePos(error.pos[0])
      return { error: `line ${line}, column ${col}: ${error.message.split('\n', 1)[0]}` }
    }
    const value: unknown = document.toJS({ maxAliasCount: mostAliases })
    const at = (path: readonly string[]): unknown =>
      path.length === 0 ? document.contents : document.getIn(path, true)
    return {
      value,
      keyLines() {
        const { contents } = document
        const items = isMap(contents) ? contents.items : []
        return new Map(items.flatMap(({ key }) => (isScalar(key) ? [[String(key.value), lineOf(key.range?.[0])]] : [])))
      },
      itemLines(path) {
        const list = at(path)
        if (!isSeq(list)) return []
        return list.items.map((item) => lineOf((item as { range?: readonly number[] | null }).range?.[0]))
      },
      withItem(path, item) {
        const list = at(path)
        if (isSeq(list)) list.add(document.createNode(item))
        else if (list !== undefined && list !== null) return undefined
        else if (path.length === 0) document.contents = document.createNode([item]) as typeof document.contents
        else if (document.contents === null || isCollection(document.contents)) document.setIn(path, [item])
        else return undefined
        return document.toString({ lineWidth: 0, flowCollectionPadding: false })
      },
    }
  } catch (error) {
    // Too many aliases, or nesting deeper than the stack.
    return { error: (error as Error).message.split('\n', 1)[0] ?? 'it cannot be read' }
  }
}

/** A value as YAML. */
export async function yamlText(value: unknown): Promise<string> {
  const { stringify } = await import('yaml')
  return stringify(value)
}
