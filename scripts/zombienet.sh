#!/usr/bin/env bash
# Starts a network for an experiment, with zombienet. Until stopped with Ctrl-C; or, with a scenario, until that has
# passed or failed.
#
#   scripts/zombienet.sh EXPERIMENT [SCENARIO | --results FOLDER]
#
# An EXPERIMENT is a file such as zombienet/launcher/experiments/four.toml: parameters are set there, nothing is built
# anew. A SCENARIO is a file such as zombienet/launcher/scenarios/blocks.zndsl. With --results the experiment's fleet
# runs to its end, and the FOLDER gets tables of what devices and blocks came to, as comma-separated values.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

case "${1:-}" in
'' | -h | --help) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit ;;
esac
EXPERIMENT="$(realpath "$1")"
[ -f "$EXPERIMENT" ] || die "there is no file $1"
SCENARIO=
RESULTS=
if [ "${2:-}" = --results ]; then
	[ -n "${3:-}" ] || die "--results takes a folder"
	RESULTS="$(realpath -m "$3")"
elif [ $# -gt 1 ]; then
	SCENARIO="$(realpath "$2")"
	[ -f "$SCENARIO" ] || die "there is no file $2"
fi
cd "$SUBSTATION_ROOT"

scripts/setup.sh --dapps
source scripts/env.sh
say "building"
cargo build --workspace --all-targets --locked

cd zombienet
[ -e node_modules/.package-lock.json ] && [ node_modules/.package-lock.json -nt package-lock.json ] ||
	npm install --no-save --no-audit --no-fund --ignore-scripts --silent

NETWORK="$(mktemp -d "${TMPDIR:-/tmp}/substation-zombienet-XXXXXX")"
trap 'rm -rf "$NETWORK"' EXIT
node launcher/src/prepare.mjs "$EXPERIMENT" "$NETWORK" >/dev/null
export PATH="$CARGO_TARGET_DIR/debug:$PATH"
zombienet() { npx zombienet --provider native --spawn-concurrency 1 "$@"; }
if [ -n "$SCENARIO" ]; then
	cp -r launcher/checks "$NETWORK/checks"
	cp "$SCENARIO" "$NETWORK/scenario.zndsl"
	say "running $(basename "$SCENARIO")"
	zombienet test "$NETWORK/scenario.zndsl"
elif [ -n "$RESULTS" ]; then
	say "starting"
	mkdir -p "$RESULTS"
	cp "$EXPERIMENT" "$RESULTS/experiment.toml"
	# Each in a group of processes of its own, which ends as a whole.
	set -m
	zombienet spawn "$NETWORK/network.toml" >"$RESULTS/network.log" 2>&1 &
	SPAWNED=$!
	node launcher/src/results.mjs "$NETWORK" "$RESULTS" &
	FLEET=$!
	trap 'kill -INT -- "-$SPAWNED" "-$FLEET" 2>/dev/null; wait; rm -rf "$NETWORK"' EXIT
	# Whichever ends first: a network that does not start is no reason to wait.
	wait -n "$SPAWNED" "$FLEET" || die "it has failed: the network's log is $RESULTS/network.log"
else
	say "starting: each node's RPC address is in the table that follows"
	zombienet spawn "$NETWORK/network.toml"
fi
