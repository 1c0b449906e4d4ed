#!/usr/bin/env bash
# What takes too long for every change: validators that join and leave, networks that lose and regain validators, a
# node that syncs by proofs, a validator that is slashed, and the chain driven by dApps' libraries. An hour or so.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$SUBSTATION_ROOT"

case "${1:-}" in
'') ;;
-h | --help) sed -n '2,3s/^# \{0,1\}//p' "$0"; exit ;;
*) die "unknown option $1: see --help" ;;
esac

scripts/setup.sh
source scripts/env.sh

say "build"
cargo build --workspace --all-targets --locked

say "scenarios"
cargo test --workspace --locked --test validators --test scenarios -- --ignored --nocapture

scripts/dapps.sh
