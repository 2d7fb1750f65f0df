# shellcheck shell=bash
# The checks that need no real parts, once: `.ci/run` and the workflow (through `.ci/check`) both run these. Sourced; expects steps.sh,
# install.sh and node_modules/.bin on PATH.

# What is checked before anything has been built.
quick_checks() {
  step 'format and lint' biome check --error-on-warnings .
  step 'types' bash -c 'tsc -p tsconfig.json && tsc -p k6/tsconfig.json && tsc -p packages/client/examples/tsconfig.json'
  step 'bundles' .ci/bundles
  step 'packages for others' .ci/published/run
  # That they run; what they measure beside other work means nothing.
  step 'benchmarks, in short' timeout --kill-after=10 300 node packages/local/bin/postern-local.mjs bench --quick
}

# Of the API, every operation; it takes schemathesis, which it installs.
fuzzing() {
  step 'fuzzing of the API (schemathesis)' timeout --kill-after=30 600 .ci/fuzz
}

# Of the API, in other languages; they take Go and Python, and a JDK and Maven.
generated_clients() {
  step 'generated clients (Go, Python)' timeout --kill-after=30 600 .ci/clients/run
  step 'generated client (Java)' timeout --kill-after=30 600 .ci/clients/run-java
}

# What takes promtool and caddy.
checks_with_tools() {
  step 'compose, Kubernetes, edge, alerts' .ci/operations
}
