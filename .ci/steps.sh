# shellcheck shell=bash
# How .ci/run reports what it does: steps with their time, a sum at the end, and the last line `N passed, N failed`.
# Sourced; expects $CI_LOGS (a folder for the logs of the steps).

PASSED=0 FAILED=0 SKIPPED=0
SUMMARY=()

# step NAME COMMAND…: runs it, shows its output, counts it. Never ends the script: what failed is in the sum. It runs beside the shell,
# which waits: a shell that runs something itself takes a signal only after that has ended.
step() {
  local name=$1 began=$SECONDS log code tests outcome
  shift
  log="$CI_LOGS/${name//[^a-zA-Z0-9]/-}.log"
  printf '\n=== %s\n' "$name"
  set -m
  { "$@" </dev/null 2>&1 | tee "$log"; exit "${PIPESTATUS[0]}"; } &
  set +m
  wait $!
  code=$?
  count_tests "$log"
  if [ "$code" -eq 0 ]; then
    outcome=ok
    # A step that ran tests counts as its tests; any other step is one check.
    [ "$TESTS_PASSED" -eq 0 ] && TESTS_PASSED=1
  elif [ "$code" -eq 75 ] && [ -z "${GITHUB_ACTIONS:-}" ]; then
    # 75 (EX_TEMPFAIL): this machine cannot do it. Loud, and part of the last line; in the workflow, which has a machine of our choice, a failure.
    outcome=SKIPPED
    SKIPPED=$((SKIPPED + 1))
  else
    outcome="FAILED ($code)"
    [ "$TESTS_FAILED" -eq 0 ] && TESTS_FAILED=1
  fi
  PASSED=$((PASSED + TESTS_PASSED))
  FAILED=$((FAILED + TESTS_FAILED))
  tests="$((SECONDS - began)) s"
  SUMMARY+=("$(printf '%-44s %8s  %s' "$name" "$tests" "$outcome")")
  printf '=== %s: %s, %s\n' "$name" "$outcome" "$tests"
  [ "$code" -eq 0 ]
}

# Counts the tests of a step from the closing line of `pnpm test` (`31 passed, 2 failed`).
count_tests() {
  local line
  line=$(sed 's/\x1b\[[0-9;]*m//g' "$1" | grep -E '^[0-9]+ passed, [0-9]+ failed' | tail -1)
  TESTS_PASSED=${line%% passed*}
  TESTS_FAILED=${line#*, }
  TESTS_PASSED=${TESTS_PASSED:-0}
  TESTS_FAILED=${TESTS_FAILED%% failed*}
  TESTS_FAILED=${TESTS_FAILED:-0}
}

# Sums up. The very last line is what a reader (or a program) looks for.
sum_up() {
  printf '\n=== Sum, after %d s\n' "$SECONDS"
  printf '%s\n' "${SUMMARY[@]}"
  if [ "$SKIPPED" -gt 0 ]; then
    printf '%d passed, %d failed, %d skipped\n' "$PASSED" "$FAILED" "$SKIPPED"
  else
    printf '%d passed, %d failed\n' "$PASSED" "$FAILED"
  fi
}

# report_at_end: however the script ends, what it started ends with it, and its last line is the sum. Whoever reaches the end sets
# FINISHED=yes first.
report_at_end() {
  trap at_end EXIT
  trap 'exit 130' HUP INT TERM
}

at_end() {
  trap '' HUP INT TERM
  trap - EXIT
  end_descendants 20
  [ "${FINISHED:-}" = yes ] || { FAILED=$((FAILED + 1)); SUMMARY+=('The run broke off before its end.'); }
  rm -rf "$CI_LOGS"
  sum_up
  exit $((FAILED > 0))
}

# end_descendants SECONDS: ends whatever this shell has started, and what that has: SIGTERM, and SIGKILL for what is there after the
# seconds. Processes in groups and sessions of their own too, as a test's servers and services are; not those whose parents have gone.
end_descendants() {
  local pids deadline=$((SECONDS + $1))
  pids=$(descendants_of $$)
  # shellcheck disable=SC2086
  [ -z "$pids" ] || kill -TERM $pids 2>/dev/null
  while alive "$pids" && [ "$SECONDS" -lt "$deadline" ]; do sleep 0.2; done
  # shellcheck disable=SC2086
  alive "$pids" && kill -KILL $pids 2>/dev/null
  return 0
}

# alive PIDS: whether one of them still runs; one that waits to be reaped does not.
alive() {
  # shellcheck disable=SC2086
  [ -n "$1" ] && ps -o stat= -p "$(echo $1 | tr ' ' ',')" | grep -qv '^Z'
}

# descendants_of PID: its children, theirs, and so on.
descendants_of() {
  ps -eo pid=,ppid= | awk -v root="$1" '
    { parent[$1] = $2 }
    END {
      for (pid in parent) {
        up = parent[pid]
        while (up != root && up in parent) up = parent[up]
        if (up == root) print pid
      }
    }'
}

# tries COMMAND…: three tries, for what comes over a network.
tries() {
  local try
  for try in 1 2 3; do
    "$@" && return 0
    printf 'Try %d of 3 failed: %s\n' "$try" "$*" >&2
    sleep $((try * 5))
  done
  return 1
}
