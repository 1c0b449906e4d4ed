#!/usr/bin/env bash
# What takes too long for every change: validators that join and leave, networks that lose and regain validators or are
# cut, machines that call each other for ten epochs, a node that syncs by proofs, a validator that is slashed, a launch rehearsed, each benchmark once, the pages followed word by word (as root),
# and the chain driven by dApps' libraries. Three hours or so.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$SUBSTATION_ROOT"

case "${1:-}" in
'') ;;
-h | --help) sed -n '2,4s/^# \{0,1\}//p' "$0"; exit ;;
*) die "unknown option $1: see --help" ;;
esac

scripts/setup.sh --container
source scripts/env.sh

say "build"
build --workspace --all-targets --locked

say "scenarios"
cargo test --workspace --locked --test validators --test scenarios -- --ignored --nocapture

say "sixteen machines, three of them down by turns, for ten epochs"
SUBSTATION_PRESENCE_EPOCHS=10 cargo test --workspace --locked --test nodes -- machines_that --nocapture

say "a launch"
scripts/rehearse.sh

say "benchmarks"
scripts/benchmark.sh --check

if [ "$(id -u)" = 0 ]; then
	say "pages"
	scripts/pages.sh
else
	SKIPPED="the pages were not followed, which takes root: scripts/pages.sh"
fi

scripts/dapps.sh
[ -z "${SKIPPED:-}" ] || die "$SKIPPED"
