#!/usr/bin/env bash
# Measures what this chain's calls, hooks and transaction extensions cost, and writes their weights to
# runtime/src/weights. Run it on the reference machine, with nothing else running; then build again.
#
#   --pallet NAME   only this one; may be given more than once
#   --check         see that each benchmark runs, quickly, and write nothing
#   --ends DIR      measure at the ends and in the middle of each range alone, and write to DIR: see scripts/weighed.sh
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$SUBSTATION_ROOT"

PALLETS=()
MEASURE=(--steps=20 --repeat=10 --min-duration=0 --template=scripts/weights.hbs --output=runtime/src/weights/)
CHECK=
ENDS=
while [ $# -gt 0 ]; do
	case "$1" in
	--pallet) PALLETS+=("${2:?--pallet wants a name}"); shift ;;
	--check) CHECK=1 MEASURE=(--steps=2 --repeat=1 --min-duration=0) ;;
	--ends)
		ENDS="$(realpath -m "${2:?--ends wants a folder}")"
		MEASURE=(--steps=3 --repeat=20 --min-duration=0 --template=scripts/weights.hbs "--output=$ENDS/")
		shift
		;;
	-h | --help) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit ;;
	*) die "unknown option $1: see --help" ;;
	esac
	shift
done
[ ${#PALLETS[@]} -gt 0 ] || PALLETS=(
	pallet_networks pallet_devices pallet_attestation pallet_emission pallet_contribution pallet_network_treasury
	pallet_credits pallet_market pallet_access pallet_mapping
	frame_system_extensions pallet_balances pallet_timestamp pallet_transaction_payment pallet_utility
	pallet_democracy pallet_parameters
)

scripts/setup.sh --bencher
# Another set of features rebuilds the world: it has a target directory of its own.
export CARGO_TARGET_DIR="$SUBSTATION_CACHE/benchmarks"
source scripts/env.sh

say "building with benchmarks"
cargo build --release --locked -p substation-runtime --features runtime-benchmarks
BUILT="$CARGO_TARGET_DIR/release"
BLOB="$BUILT/wbuild/substation-runtime/substation_runtime.compact.compressed.wasm"

[ -z "$ENDS" ] || mkdir -p "$ENDS"
for PALLET in "${PALLETS[@]}"; do
	say "$PALLET"
	frame-omni-bencher v1 benchmark pallet --runtime="$BLOB" \
		--genesis-builder=runtime --genesis-builder-preset=development --wasm-execution=compiled \
		--pallet="$PALLET" --extrinsic='*' "${MEASURE[@]}" >"$BUILT/$PALLET.log" 2>&1 ||
		{ tail -n 20 "$BUILT/$PALLET.log" >&2; die "$PALLET was not measured"; }
	[ -z "$CHECK" ] || grep -c '^Pallet:' "$BUILT/$PALLET.log"
done
[ -n "$CHECK$ENDS" ] || cargo fmt --all
