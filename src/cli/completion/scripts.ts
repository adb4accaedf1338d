/**
 * The script that each shell loads. It calls `checkpoints __complete` at every Tab and passes the answer on: the answer
 * is never evaluated, and each shell quotes what it inserts.
 *
 * No library is used: @bomb.sh/tab 0.0.22, which reads the commander tree, passes the typed words to `eval` unquoted in
 * bash, so that a Tab behind `$(...)` runs it; it needs the package bash-completion, and `compgen -W` splits names at
 * spaces.
 */
import { HOME_VARIABLE } from "../../agents/locations.ts";
import type { SHELLS } from "./shells.ts";

/**
 * `compopt` came with bash 4; older ones (macOS has 3.2) offer files wherever there is no candidate. `complete` is
 * built in, so no package is needed.
 */
const BASH = `# checkpoints for bash: source <(checkpoints completion bash)
_checkpoints() {
  local kind= row
  COMPREPLY=()
  while IFS= read -r row; do
    if [[ -z $kind ]]; then kind=$row; else COMPREPLY+=("$row"); fi
  done < <(checkpoints __complete bash -- "\${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null </dev/null)
  ((BASH_VERSINFO[0] < 4)) && return
  case $kind in
    files) compopt -o default ;;
    directories) compopt -o dirnames -o filenames ;;
    parts) compopt -o nospace ;;
  esac
}
if ((BASH_VERSINFO[0] < 4)); then
  complete -o default -F _checkpoints checkpoints
else
  complete -F _checkpoints checkpoints
fi
`;

/** Works sourced, and as a file `_checkpoints` in `$fpath`, whose text is run as the function at the first Tab. */
const ZSH = `#compdef checkpoints
# checkpoints for zsh, after compinit: source <(checkpoints completion zsh)
_checkpoints() {
  local kind word answer home=$${HOME_VARIABLE}
  local -a rows before
  # ${HOME_VARIABLE}=... in front of the command: zsh leaves it out of the words.
  for word in "\${(@z)LBUFFER}"; do
    [[ $word == ${HOME_VARIABLE}=* ]] && home=\${(Q)word#*=}
  done
  (( CURRENT > 2 )) && before=("\${(@Q)words[2,CURRENT-1]}")
  answer="$(${HOME_VARIABLE}=$home checkpoints __complete zsh -- "\${(@)before}" "$IPREFIX$PREFIX" 2>/dev/null </dev/null)"
  rows=("\${(@f)answer}")
  kind=$rows[1]
  shift rows
  case $kind in
    paths) compset -P '*/' ;;
    *) compset -P 1 '--*=' ;;
  esac
  case $kind in
    files) _files ;;
    directories) _path_files -/ ;;
    parts) _describe -t values checkpoints rows -S '' ;;
    *) (( $#rows )) && _describe -t values checkpoints rows ;;
  esac
}
if [[ $funcstack[1] == _checkpoints ]]; then _checkpoints "$@"; else compdef _checkpoints checkpoints; fi
`;

const FISH = `# checkpoints for fish: checkpoints completion fish | source
function __checkpoints_offers
    set -l words (commandline -opc)
    set -e words[1]
    set -l word (commandline -ct)
    set -l rows (checkpoints __complete fish -- $words "$word" 2>/dev/null </dev/null)
    set -l kind $rows[1]
    set -e rows[1]
    set -l option (string match -r -- '^--[a-z-]+=' "$word")
    set -l path (string replace -r -- '^--[a-z-]+=' '' "$word")
    switch "$kind"
        case files
            set rows (__fish_complete_path "$path")
        case directories
            set rows (__fish_complete_directories "$path" '')
        case '*'
            set option
    end
    for row in $rows
        printf '%s\\n' "$option$row"
    end
end
complete -c checkpoints -e
complete -c checkpoints -f -a '(__checkpoints_offers)'
`;

export const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], string>> = { bash: BASH, zsh: ZSH, fish: FISH };
