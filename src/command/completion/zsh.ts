import type { DescribedCommand, DescribedOption } from './described.ts'

export function zshCompletion(commands: readonly DescribedCommand[]): string {
  const list = commands.map(({ id, about }) => `    '${id}:${quoted(about)}'`).join('\n')
  return `#compdef sweepwatch
# zsh completion for sweepwatch
_sweepwatch() {
  local -a commands
  commands=(
${list}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${commands.map(branch).join('\n')}
  esac
}
if [ "$funcstack[1]" = "_sweepwatch" ]; then
  _sweepwatch "$@"
else
  compdef _sweepwatch sweepwatch
fi
`
}

function branch({ id, options, choices, completes }: DescribedCommand): string {
  const rest = choices.length > 0 ? [`'*: :(${choices.join(' ')})'`] : completes === 'file' ? ["'*: :_files'"] : []
  return `    ${id}) _arguments ${[...options.map(specification), ...rest].join(' ')} ;;`
}

function specification({ long, about, takesValue, choices, completes }: DescribedOption): string {
  const action =
    choices.length > 0
      ? `(${choices.join(' ')})`
      : { file: '_files', directory: '_files -/', format: '', none: '' }[completes]
  return `'*${long}[${quoted(about)}]${takesValue ? `: :${action}` : ''}'`
}

/** Brackets and colons mean something to _arguments, the quote to the shell. */
function quoted(text: string): string {
  return text.replace(/[[\]:\\]/g, '\\$&').replaceAll("'", "'\\''")
}
