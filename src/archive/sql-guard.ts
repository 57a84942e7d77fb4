import { Problem } from '../base/problem.ts'

/** Functions that make rows of nothing but their arguments. All others read files, or change what the engine does. */
const rowFunctions: ReadonlySet<string> = new Set(['range', 'generate_series', 'unnest'])
/** Functions that do more than compute, and those whose texts no memory limit holds. */
const refusedFunctions: ReadonlySet<string> = new Set([
  'write_log',
  'current_setting',
  'getvariable',
  'nextval',
  'currval',
  'setseed',
  'sleep_ms',
  'repeat',
  'lpad',
  'rpad',
])
/** Things one may select from that this walk does not look into. */
const refusedSources: ReadonlySet<string> = new Set(['PIVOT', 'COLUMN_DATA', 'DELIM_GET', 'BOUND_TABLE_REF'])

export const longestSql = 1 << 16

/** A node of the tree, with the fields that are looked at. */
interface Node {
  readonly type?: unknown
  readonly class?: unknown
  readonly table_name?: unknown
  readonly schema_name?: unknown
  readonly catalog_name?: unknown
  readonly function_name?: unknown
  readonly function?: Node
  readonly cte_map?: { readonly map?: readonly { readonly key: string }[] }
}

/**
 * Lets a query pass that selects from the given views and computes. DuckDB itself is told to reach no file and to keep its settings;
 * this is the wall before that one, because some of its table functions (`enable_logging`, `enable_profiling`) would not be kept by it.
 *
 * @param serialised what DuckDB's `json_serialize_sql` makes of the text: it knows SELECT only
 * @throws Problem `hunt-sql` that says what is not allowed
 */
export function checkSelect(serialised: string, views: readonly string[]): void {
  const tree = JSON.parse(serialised) as { error: boolean; error_message?: string; statements?: readonly Node[] }
  if (tree.error)
    throw refused(/^Only SELECT/.test(tree.error_message ?? '') ? 'only SELECT is allowed' : (tree.error_message ?? ''))
  if (tree.statements?.length !== 1) throw refused('one statement is allowed, no more')
  const nodes = everyNode(tree.statements[0] as Node)
  const known = new Set([...views, ...nodes.flatMap(commonTables)].map((name) => name.toLowerCase()))
  for (const node of nodes) checkNode(node, known)
}

function checkNode(node: Node, known: ReadonlySet<string>): void {
  const { type } = node
  if (typeof type === 'string' && refusedSources.has(type)) throw refused(`${type} is not allowed`)
  if (type === 'BASE_TABLE') {
    const name = String(node.table_name)
    if (node.schema_name || node.catalog_name || !known.has(name.toLowerCase())) {
      throw refused(`there is no table ${JSON.stringify(name)}; the tables are ${[...known].sort().join(', ')}`)
    }
  }
  if (type === 'TABLE_FUNCTION') {
    const name = String(node.function?.function_name).toLowerCase()
    if (!rowFunctions.has(name)) throw refused(`the function ${name} is not allowed`)
  }
  if (type === 'SHOW_REF' && node.table_name !== '') throw refused('SHOW is not allowed')
  if (node.class === 'FUNCTION') {
    const name = String(node.function_name).toLowerCase()
    if (refusedFunctions.has(name)) throw refused(`the function ${name} is not allowed`)
  }
}

/** Names of the WITH clauses of a node. */
function commonTables(node: Node): readonly string[] {
  return (node.cte_map?.map ?? []).map(({ key }) => key)
}

function everyNode(root: Node): readonly Node[] {
  const found: Node[] = []
  const left: unknown[] = [root]
  while (left.length > 0) {
    const value = left.pop()
    if (Array.isArray(value)) left.push(...value)
    else if (typeof value === 'object' && value !== null) {
      found.push(value as Node)
      left.push(...Object.values(value))
    }
  }
  return found
}

function refused(why: string): Problem {
  return new Problem('hunt-sql', `the query was refused: ${why}`, {
    hint: 'One SELECT over the table events: it reaches no file, no network and no setting.',
  })
}
