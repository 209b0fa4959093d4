# bash completion for measured(1)

# Ids that the rules define, as `measured explain --list` prints them; none where the rules do not load.
_measured_ids() {
  local config=measured.yaml i
  for ((i = 1; i < ${#COMP_WORDS[@]} - 1; ++i)); do
    if [[ ${COMP_WORDS[i]} == -c || ${COMP_WORDS[i]} == --config ]]; then
      config=${COMP_WORDS[i + 1]}
    fi
  done
  "${COMP_WORDS[0]}" --config "$config" explain --list 2>/dev/null
}

_measured() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local commands="run reload check explain plan pull replay runs outbox channel export chart next ledger baseline silence ack annotate readers revisions preview send who kinds completion"
  local command='' verb='' i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; ++i)); do
    case ${COMP_WORDS[i]} in
      -c | --config) ((++i)) ;;
      -*) ;;
      *)
        if [[ -z $command ]]; then command=${COMP_WORDS[i]}; else verb=${verb:-${COMP_WORDS[i]}}; fi
        ;;
    esac
  done

  case $previous in
    -c | --config)
      mapfile -t COMPREPLY < <(compgen -f -X '!*.y?(a)ml' -- "$current"; compgen -d -- "$current")
      return
      ;;
    --state) mapfile -t COMPREPLY < <(compgen -W "pending claimed delivered dead" -- "$current"); return ;;
    --frequency)
      mapfile -t COMPREPLY < <(compgen -W "always on_change on_signal monthly" -- "$current")
      return
      ;;
    --measure) mapfile -t COMPREPLY < <(compgen -W "$(_measured_ids)" -- "$current"); return ;;
    --format)
      local formats="text json"
      [[ $command == export ]] && formats="csv jsonl"
      [[ $command == chart ]] && formats="svg png"
      mapfile -t COMPREPLY < <(compgen -W "$formats" -- "$current")
      return
      ;;
    --language) mapfile -t COMPREPLY < <(compgen -W "en de pt-BR" -- "$current"); return ;;
    --out) mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    --periods | --from | --to | --for | --reason | --team | --note | --action | --until | --by | --period | --digest | --rows | --count | --next | --zone | --cron | --schedule | --channel | --day-match | --as | --at | --test-to)
      return  # a value only the user knows
      ;;
  esac

  local words
  case $command in
    "") words="$commands --config --quiet --help --version" ;;
    check) words="--format --strict --history --help" ;;
    explain) words="--list --help"; [[ $current == -* ]] || words+=" $(_measured_ids)" ;;
    plan) words="--next --explain --help"; [[ $current == -* ]] || words+=" $(_measured_ids)" ;;
    pull) words="--dry-run --from --to --backfill --help"; [[ $current == -* ]] || words+=" $(_measured_ids)" ;;
    replay) words="--from --to --store --out --keep --help" ;;
    runs) words="--rows --help" ;;
    ack) words="--team --note --action --until --by --withdraw --help"; [[ $current == -* ]] || words+=" $(_measured_ids)" ;;
    annotate) words="--team --period --note --by --help"; [[ $current == -* ]] || words+=" $(_measured_ids)" ;;
    readers)
      case $verb in
        "") words="list pause resume unsubscribe --help" ;;
        pause) words="--digest --until --help" ;;
        resume) words="--digest --frequency --help" ;;
        *) words="--digest --help" ;;
      esac
      ;;
    outbox)
      case $verb in
        "") words="list show retry replay --help" ;;
        list) words="--state --channel --rows --help" ;;
        show) words="--text --help" ;;
        replay) words="--all-dead --help" ;;
        *) words="--help" ;;
      esac
      ;;
    channel) words="list enable --help" ;;
    export) words="buckets standings open events --format --measure --from --to --help" ;;
    chart) words="--team --format --out --language --periods --help"; [[ $current == -* ]] || words+=" $(_measured_ids)" ;;
    next) words="--schedule --cron --zone --day-match --from --count --help" ;;
    baseline) words="--from --reason --team --help"; [[ $current == -* ]] || words+=" $(_measured_ids)" ;;
    silence)
      case $verb in
        "") words="list add end --help" ;;
        add) words="--measure --team --from --until --for --reason --help" ;;
        end) words="--reason --help" ;;
        *) words="--help" ;;
      esac
      ;;
    ledger) words="verify --measure --help" ;;
    revisions) words="--help"; [[ $current == -* ]] || words+=" $(_measured_ids)" ;;
    preview) words="--as --at --text --html --eml --json --help" ;;
    send) words="--as --at --test-to --help" ;;
    who) words="--measure --team --help" ;;
    *) words="--help" ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _measured measured
