# shellcheck shell=bash
# What .ci/run installs on a bare machine, each part only where it is missing. Sourced.

export K6_VERSION=v1.8.1
# That of the image in docker-compose.yml; Debian's is too old for the Caddyfile.
export CADDY_VERSION=v2.11.9
export OAPI_CODEGEN_VERSION=v2.8.2
TOOLS_BIN="$HOME/.cache/postern/bin"
ELASTICMQ_HOME="$HOME/.cache/postern/elasticmq"

# Database server, browser and container engine from Debian. The -core packages have the server without the service that
# Debian would start on port 3306; no service is started by any of these (policy-rc.d says no while apt runs).
install_debian_packages() {
  local missing=()
  command -v mariadbd >/dev/null && command -v my_print_defaults >/dev/null || missing+=(mariadb-server-core mariadb-client-core)
  command -v chromium >/dev/null || missing+=(chromium fonts-dejavu-core)
  command -v dockerd >/dev/null || missing+=(docker.io)
  command -v debootstrap >/dev/null || missing+=(debootstrap)
  command -v java >/dev/null && command -v javac >/dev/null || missing+=(openjdk-17-jdk-headless)
  command -v mvn >/dev/null || missing+=(maven)
  command -v curl >/dev/null || missing+=(curl)
  command -v openssl >/dev/null || missing+=(openssl)
  command -v promtool >/dev/null || missing+=(prometheus)
  python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3 python3-venv)
  if [ ${#missing[@]} -eq 0 ]; then
    echo 'Debian packages: all there.'
    return 0
  fi
  if ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
    echo "Missing: ${missing[*]}. Install them, or run this as root on Debian, where it does so itself." >&2
    return 1
  fi
  local policy=/usr/sbin/policy-rc.d made=
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy && made=yes
  fi
  export DEBIAN_FRONTEND=noninteractive
  tries apt-get update -qq &&
    tries apt-get install -y -qq --no-install-recommends -o Dpkg::Use-Pty=0 "${missing[@]}"
  local code=$?
  [ -n "$made" ] && rm -f $policy
  return $code
}

# ElasticMQ's jars in one folder; packages/local starts it with java.
install_elasticmq() {
  if compgen -G "$ELASTICMQ_HOME/elasticmq-server_*.jar" >/dev/null; then
    echo 'ElasticMQ: there.'
    return 0
  fi
  # Into a folder of its own first: a copy that broke off must not pass for a whole one.
  local half
  half="$ELASTICMQ_HOME.$$"
  tries mvn -q -B -f .ci/elasticmq.pom.xml dependency:copy-dependencies -DincludeScope=runtime \
    "-DoutputDirectory=$half" && rm -rf "$ELASTICMQ_HOME" && mv "$half" "$ELASTICMQ_HOME"
}

# promtool alone, where the other Debian packages are not wanted.
install_promtool() {
  if command -v promtool >/dev/null; then
    echo 'promtool: there.'
    return 0
  fi
  local as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
  tries "${as_root[@]}" apt-get update -qq &&
    tries "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends prometheus
}

# A tool with neither an npm nor a Debian package, or with one that is too old; built from its Go module. -p 2 and nice: beside the tests.
install_go_tool() {
  local name=$1 module=$2
  # Of an earlier version it would go on checking with that one.
  if go version -m "$TOOLS_BIN/$name" 2>/dev/null | grep -q "mod.*[[:space:]]${module##*@}[[:space:]]"; then
    echo "$name: there."
    return 0
  fi
  mkdir -p "$TOOLS_BIN"
  GOBIN="$TOOLS_BIN" GOFLAGS=-buildvcs=false tries nice go install -p 2 "$module"
}

# To check the Caddyfile with.
install_caddy() {
  install_go_tool caddy "github.com/caddyserver/caddy/v2/cmd/caddy@$CADDY_VERSION"
}

# Makes a Go client of the API's description.
install_oapi_codegen() {
  install_go_tool oapi-codegen "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@$OAPI_CODEGEN_VERSION"
}

install_k6() {
  if [ -n "${K6_PATH:-}" ] && [ -x "$K6_PATH" ]; then
    echo "k6: $K6_PATH"
    return 0
  fi
  install_go_tool k6 "go.k6.io/k6@$K6_VERSION"
}

install_node_packages() {
  tries npx -y pnpm@12 install --frozen-lockfile
}
