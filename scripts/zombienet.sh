#!/usr/bin/env bash
# Starts a network for an experiment, with zombienet. Until stopped with Ctrl-C; or, with a scenario, until that has
# passed or failed.
#
#   scripts/zombienet.sh EXPERIMENT [SCENARIO | [--sdk] [--results FOLDER]]
#
# An EXPERIMENT is a file such as zombienet/launcher/experiments/four.toml: parameters are set there, nothing is built
# anew. A SCENARIO is a file such as zombienet/launcher/scenarios/blocks.zndsl. With --results the experiment's fleet
# runs to its end, and the FOLDER gets tables of what devices and blocks came to, as comma-separated values. With --sdk
# it is zombie-cli of zombienet's Rust SDK that starts the network, from the same files; it is built first (once).
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

case "${1:-}" in
'' | -h | --help) sed -n '2,10s/^# \{0,1\}//p' "$0"; exit ;;
esac
EXPERIMENT="$(realpath "$1")"
[ -f "$EXPERIMENT" ] || die "there is no file $1"
shift
SCENARIO=
RESULTS=
SDK=
while [ $# -gt 0 ]; do
	case "$1" in
	--sdk) SDK=1 ;;
	--results)
		[ -n "${2:-}" ] || die "--results takes a folder"
		RESULTS="$(realpath -m "$2")"
		shift
		;;
	-*) die "unknown option $1: see --help" ;;
	*)
		SCENARIO="$(realpath -m "$1")"
		[ -f "$SCENARIO" ] || die "there is no file $1"
		;;
	esac
	shift
done
if [ -n "$SCENARIO" ] && [ -n "$RESULTS$SDK" ]; then
	die "a scenario is played by zombienet itself: neither --results nor --sdk goes with it"
fi
cd "$SUBSTATION_ROOT"

scripts/setup.sh --dapps
[ -z "$SDK" ] || scripts/setup.sh --zombienet-sdk
source scripts/env.sh
say "building"
cargo build --workspace --all-targets --locked

cd zombienet
[ -e node_modules/.package-lock.json ] && [ node_modules/.package-lock.json -nt package-lock.json ] ||
	npm install --no-save --no-audit --no-fund --ignore-scripts --silent

NETWORK="$(mktemp -d "${TMPDIR:-/tmp}/substation-zombienet-XXXXXX")"
STARTED=()
ended() {
	local status=$? one
	for one in "${STARTED[@]}"; do kill -INT -- "-$one" 2>/dev/null || true; done
	wait
	# Ctrl-C is no failure.
	if [ "$status" = 0 ] || [ "$status" = 130 ]; then
		rm -rf "$NETWORK"
	else
		say "databases and logs of the network are kept in $NETWORK"
	fi
}
trap ended EXIT
node launcher/src/prepare.mjs "$EXPERIMENT" "$NETWORK" >/dev/null
export PATH="$CARGO_TARGET_DIR/debug:$PATH"
# Into the network's own folder goes what it would leave in the temporary one.
zombienet() { TMPDIR="$NETWORK" npx zombienet --provider native --spawn-concurrency 1 "$@"; }
spawn() {
	if [ -n "$SDK" ]; then
		zombie-cli spawn --provider native --dir "$NETWORK/nodes" "$NETWORK/network.toml"
	else
		zombienet spawn "$NETWORK/network.toml"
	fi
}
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
	spawn >"$RESULTS/network.log" 2>&1 &
	STARTED+=($!)
	node launcher/src/results.mjs "$NETWORK" "$RESULTS" &
	STARTED+=($!)
	# Whichever ends first: a network that does not start is no reason to wait.
	wait -n "${STARTED[@]}" || die "it has failed: the network's log is $RESULTS/network.log"
else
	say "starting: each node's RPC address is in the table that follows"
	spawn
fi
