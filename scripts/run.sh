#!/usr/bin/env bash
# Runs the chain's main job on this machine: four validators, and a fleet of devices beside them whose
# evidence is judged and paid. Goes on until stopped with Ctrl-C.
#
#   --epochs N   end after N paid epochs with a table; fails if anybody was not paid as recomputed
#   --data DIR   let storage devices hold the files in DIR (default: this project's own)
#   --clean      remove the chain that an earlier run left, first
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$SUBSTATION_ROOT"

EPOCHS=()
DATA="$SUBSTATION_ROOT"
CLEAN=
while [ $# -gt 0 ]; do
	case "$1" in
	--epochs)
		[[ "${2:-}" =~ ^[1-9][0-9]*$ ]] || die "--epochs wants a number of epochs, from 1"
		EPOCHS=(--epochs "$2")
		shift
		;;
	--data)
		[ -d "${2:-}" ] || die "--data wants a folder that exists"
		DATA="$2"
		shift
		;;
	--clean) CLEAN=1 ;;
	-h | --help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit ;;
	*) die "unknown option $1: see --help" ;;
	esac
	shift
done

scripts/setup.sh
source scripts/env.sh

say "building (the first time takes half an hour on two cores)"
build --workspace --all-targets --locked
BIN="$CARGO_TARGET_DIR/debug"
NODE="$BIN/substation-node"

HOME_DIR="$SUBSTATION_CACHE/run"
[ -z "$CLEAN" ] || rm -rf "$HOME_DIR"
mkdir -p "$HOME_DIR"
# A chain goes on with the runtime that it began with, which the agent may not know.
RUNTIME="$(sha256sum <"$BIN/wbuild/substation-runtime/fast_runtime_binary.rs.wasm")"
[ ! -d "$HOME_DIR/alice" ] || [ "$(cat "$HOME_DIR/runtime.sha256" 2>/dev/null)" = "$RUNTIME" ] ||
	die "the chain in $HOME_DIR began with another runtime than the one built now: '--clean' begins it anew"
printf '%s\n' "$RUNTIME" >"$HOME_DIR/runtime.sha256"

PIDS=()
stop() {
	trap - EXIT INT TERM
	[ ${#PIDS[@]} -eq 0 ] || kill "${PIDS[@]}" 2>/dev/null || true
	wait 2>/dev/null || true
}
trap stop EXIT
trap 'exit 130' INT TERM

RPC_PORT=9944
P2P_PORT=30333
METRICS_PORT=9615
free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
for i in 0 1 2 3; do
	for port in $((RPC_PORT + i)) $((P2P_PORT + i)) $((METRICS_PORT + i)); do
		free "$port" || die "port $port is in use: stop what listens there, or an earlier run"
	done
done

say "starting four validators"
NAMES=(alice bob charlie dave)
PEERS=()
for i in 0 1 2 3; do
	KEY="$HOME_DIR/${NAMES[$i]}.node-key"
	[ -s "$KEY" ] || "$NODE" key generate-node-key --file "$KEY" 2>/dev/null
	PEERS+=("/ip4/127.0.0.1/tcp/$((P2P_PORT + i))/p2p/$("$NODE" key inspect-node-key --file "$KEY")")
done
for i in 0 1 2 3; do
	NAME="${NAMES[$i]}"
	ARGS=()
	for j in 0 1 2 3; do
		[ "$i" = "$j" ] || ARGS+=("--reserved-nodes=${PEERS[$j]}")
	done
	"$NODE" --chain=local --validator "--$NAME" "--base-path=$HOME_DIR/$NAME" \
		"--runtime-cache=$HOME_DIR/runtimes" \
		"--node-key-file=$HOME_DIR/$NAME.node-key" \
		"--listen-addr=/ip4/127.0.0.1/tcp/$((P2P_PORT + i))" \
		"--rpc-port=$((RPC_PORT + i))" "--prometheus-port=$((METRICS_PORT + i))" \
		--rpc-cors=all --no-mdns --no-telemetry --reserved-only "${ARGS[@]}" \
		>"$HOME_DIR/$NAME.log" 2>&1 &
	PIDS+=($!)
done

# What a node does before its first block is in its log.
waits_for() {
	if ! grep -q 'Prometheus exporter started' "$HOME_DIR/alice.log"; then
		echo "the runtime is compiled for this machine; later starts find it compiled"
	elif ! grep -q 'Prepared block\|Imported #' "$HOME_DIR/alice.log"; then
		echo "the nodes look for each other, and for the first slot"
	else
		echo "a block is on its way"
	fi
}
say "waiting for the first block"
WAITING=
for second in $(seq 300); do
	for i in 0 1 2 3; do
		kill -0 "${PIDS[$i]}" 2>/dev/null || {
			tail -n 5 "$HOME_DIR/${NAMES[$i]}.log" >&2
			die "${NAMES[$i]} has stopped: its log is $HOME_DIR/${NAMES[$i]}.log"
		}
	done
	grep -q 'Imported #' "$HOME_DIR/alice.log" && break
	# Not for what is over in a moment; and again after a while, so that nobody takes it for stuck.
	NOW="$(waits_for)"
	if [ "$second" -gt 2 ] && { [ "$NOW" != "$WAITING" ] || [ $((second % 30)) -eq 0 ]; }; then
		echo "    $NOW ($second s)"
		WAITING="$NOW"
	fi
	sleep 1
done
grep -q 'Imported #' "$HOME_DIR/alice.log" || die "no block was made: see $HOME_DIR/alice.log"

cat <<TEXT
    look closer   polkadot.js: point it at ws://127.0.0.1:$RPC_PORT
                  metrics: http://127.0.0.1:$METRICS_PORT/metrics
                  logs: $HOME_DIR/*.log
    stop          Ctrl-C; the chain goes on from where it stopped, '--clean' begins anew
TEXT
say "starting three feeders, who say that a token costs ten cents"
for feeder in Charlie Dave Eve; do
	SUBSTATION_SURI="//$feeder//stash" "$BIN/substation-agent" feed --command 'echo 0.1' \
		--url "ws://127.0.0.1:$RPC_PORT" --commit >"$HOME_DIR/feeder-$feeder.log" 2>&1 &
	PIDS+=($!)
done
say "starting the fleet"
URLS=()
for i in 0 1 2 3; do URLS+=(--url "ws://127.0.0.1:$((RPC_PORT + i))"); done
"$BIN/substation-agent" fleet "${URLS[@]}" --data "$DATA" --packets 20000 --commit "${EPOCHS[@]}"
