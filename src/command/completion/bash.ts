import type { DescribedCommand, DescribedOption } from './described.ts'

export function bashCompletion(commands: readonly DescribedCommand[]): string {
  const ids = commands.map(({ id }) => id).join(' ')
  return `# bash completion for sweepwatch
_sweepwatch() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]}
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${ids} help --help --version' -- "$word"))
    return
  fi
  case $command in
${commands.map(branch).join('\n')}
    help) COMPREPLY=($(compgen -W '${ids}' -- "$word")) ;;
  esac
}
complete -o default -F _sweepwatch sweepwatch
`
}

/** Where nothing is offered, bash falls back to file names (`-o default`), which handles blanks in them. */
function branch({ id, options, choices, completes }: DescribedCommand): string {
  const values = options.filter(({ takesValue }) => takesValue).map(valueBranch)
  const words = [...options.map(({ long }) => long), ...choices].join(' ')
  const cases = values.length > 0 ? `      case $before in\n${values.join('\n')}\n      esac\n` : ''
  const unless = completes === 'file' ? '[[ $word == -* ]] && ' : 'compopt +o default; '
  return `    ${id})\n${cases}      ${unless}COMPREPLY=($(compgen -W '${words}' -- "$word")) ;;`
}

function valueBranch({ long, choices, completes }: DescribedOption): string {
  if (choices.length > 0)
    return `        ${long}) COMPREPLY=($(compgen -W '${choices.join(' ')}' -- "$word")); return ;;`
  if (completes === 'directory') return `        ${long}) compopt -o dirnames +o default; return ;;`
  return completes === 'file' ? `        ${long}) return ;;` : `        ${long}) compopt +o default; return ;;`
}
