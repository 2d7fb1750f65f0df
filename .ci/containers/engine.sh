# shellcheck shell=bash
# A Docker engine: the one that runs, or one of our own with its own socket and data. Sourced; expects $WORK.

start_engine() {
  if docker info >/dev/null 2>&1; then
    echo 'Docker: the engine that runs here.'
    return 0
  fi
  if ! command -v dockerd >/dev/null || [ "$(id -u)" -ne 0 ]; then
    skip_containers 'there is no dockerd, or this is not root (apt-get install docker.io)'
  fi
  export DOCKER_HOST="unix://$WORK/docker.sock"
  # No bridge and no packet filter: neither may be had in a sandbox, and containers use the host's network here.
  dockerd --host "$DOCKER_HOST" --data-root "$WORK/data" --exec-root "$WORK/exec" --pidfile "$WORK/docker.pid" \
    --iptables=false --ip6tables=false --bridge=none </dev/null >"$WORK/dockerd.log" 2>&1 &
  OWN_ENGINE=$!
  local second
  for ((second = 0; second < 30; second++)); do
    if docker info 2>/dev/null | grep -q 'Server Version'; then
      echo "Docker: an engine of our own ($(docker info -f '{{.ServerVersion}}, {{.Driver}}'))."
      return 0
    fi
    kill -0 "$OWN_ENGINE" 2>/dev/null || break
    sleep 1
  done
  tail -5 "$WORK/dockerd.log"
  skip_containers 'dockerd does not start here'
}

stop_engine() {
  [ -n "${OWN_ENGINE:-}" ] || return 0
  kill "$OWN_ENGINE" 2>/dev/null || true
  wait "$OWN_ENGINE" 2>/dev/null || true
  # What a container that was killed may have left mounted keeps the folder from being removed.
  local mount
  while read -r _ mount _; do
    case $mount in "$WORK"/*) umount -l "$mount" 2>/dev/null || true ;; esac
  done </proc/mounts
}

skip_containers() {
  printf '\n*** SKIPPED: the container images are not proven here: %s. ***\n' "$1"
  exit 75
}
