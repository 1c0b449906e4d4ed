#!/usr/bin/env bash
# Drives a running chain of four validators with the tools that people already have: polkadot.js in Node and in a
# page, polkadot-api, a light client in both, a hardware wallet's digest, Prometheus; and replaces the runtime of another
# by a referendum. Twenty minutes once everything is built; Debian's chromium and prometheus are installed if missing.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$SUBSTATION_ROOT"

case "${1:-}" in
'') ;;
-h | --help) sed -n '2,4s/^# \{0,1\}//p' "$0"; exit ;;
*) die "unknown option $1: see --help" ;;
esac

scripts/setup.sh --dapps
source scripts/env.sh

say "building, with the digest of the metadata in the runtime, and the runtime of a rehearsed upgrade"
export SUBSTATION_NEXT_RUNTIME=1
build --workspace --all-targets --locked --features substation-runtime/metadata-hash

say "libraries"
cd zombienet
libraries

say "tests"
SUBSTATION_METADATA_HASH=1 node --test --test-concurrency=1 --test-force-exit --test-reporter=spec dapps/tests/*.test.mjs
