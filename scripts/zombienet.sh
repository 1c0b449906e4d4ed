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

scripts/setup.sh --node ${SDK:+--zombienet-sdk}
source scripts/env.sh
say "building"
build --workspace --all-targets --locked

cd zombienet
libraries

NETWORK="$(mktemp -d "${TMPDIR:-/tmp}/substation-zombienet-XXXXXX")"
# start COMMAND...: in the background, in a group of processes of its own, which ends as a whole.
STARTED=()
start() {
	set -m
	"$@" &
	set +m
	STARTED+=($!)
}
ended() {
	local status=$? one
	trap '' INT TERM
	for one in "${STARTED[@]}"; do kill -INT -- "-$one" 2>/dev/null || true; done
	# Nodes go on for a while after who has started them.
	for one in "${STARTED[@]}"; do
		for _ in $(seq 100); do
			kill -0 -- "-$one" 2>/dev/null || break
			sleep 0.2
		done
		kill -KILL -- "-$one" 2>/dev/null || true
	done
	case $status in
	# Ctrl-C is no failure.
	0 | 130 | 143) rm -rf "$NETWORK" || true ;;
	*) [ ! -d "$NETWORK" ] || say "databases and logs of the network are kept in $NETWORK" ;;
	esac
}
trap ended EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

node launcher/src/prepare.mjs "$EXPERIMENT" "$NETWORK" >/dev/null || { rm -rf "$NETWORK"; exit 1; }
export PATH="$CARGO_TARGET_DIR/debug:$PATH"
# Into the network's own folder goes what it would leave in the temporary one.
zombienet() { TMPDIR="$NETWORK" npx zombienet --provider native --spawn-concurrency 1 "$@"; }
spawn() {
	if [ -n "$SDK" ]; then
		# Its verifier ends a network as crashed when a node is silent for five seconds, as on a busy machine.
		zombie-cli spawn --provider native --node-verifier none --dir "$NETWORK/nodes" "$NETWORK/network.toml"
	else
		zombienet spawn "$NETWORK/network.toml"
	fi
}
if [ -n "$SCENARIO" ]; then
	cp -r launcher/checks "$NETWORK/checks"
	cp "$SCENARIO" "$NETWORK/scenario.zndsl"
	say "running $(basename "$SCENARIO")"
	start zombienet test "$NETWORK/scenario.zndsl"
	wait "${STARTED[0]}"
elif [ -n "$RESULTS" ]; then
	say "starting"
	mkdir -p "$RESULTS"
	# An experiment may be repeated from what it has left.
	[ "$EXPERIMENT" -ef "$RESULTS/experiment.toml" ] || cp "$EXPERIMENT" "$RESULTS/experiment.toml"
	rm -f "$RESULTS/fleet.csv" "$RESULTS/blocks.csv"
	start spawn >"$RESULTS/network.log" 2>&1
	start node launcher/src/results.mjs "$NETWORK" "$RESULTS"
	# Whichever ends first: a network that does not start is no reason to wait.
	if ! wait -n "${STARTED[@]}" || [ ! -f "$RESULTS/blocks.csv" ]; then
		die "it has failed: the network's log is $RESULTS/network.log"
	fi
else
	say "starting: each node's RPC address is in what follows"
	start spawn
	wait "${STARTED[0]}"
fi
