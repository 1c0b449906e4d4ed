#!/usr/bin/env bash
# Measures what this chain's calls, hooks and transaction extensions cost, and writes their weights to
# runtime/src/weights. Run it on the reference machine, with nothing else running; then build again.
#
#   --pallet NAME   only this one; may be given more than once
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$SUBSTATION_ROOT"

PALLETS=()
while [ $# -gt 0 ]; do
	case "$1" in
	--pallet) PALLETS+=("${2:?--pallet wants a name}"); shift ;;
	-h | --help) sed -n '2,5s/^# \{0,1\}//p' "$0"; exit ;;
	*) die "unknown option $1: see --help" ;;
	esac
	shift
done
[ ${#PALLETS[@]} -gt 0 ] || PALLETS=(
	pallet_networks pallet_devices pallet_attestation pallet_emission pallet_contribution pallet_network_treasury
	frame_system_extensions pallet_balances pallet_timestamp pallet_transaction_payment pallet_utility
	pallet_democracy pallet_parameters
)

scripts/setup.sh
# Another set of features rebuilds the world: it has a target directory of its own.
export CARGO_TARGET_DIR="$SUBSTATION_CACHE/benchmarks"
source scripts/env.sh

# A test runtime of the SDK's that nothing here runs, and that does not build outside its workspace.
export SKIP_FRAME_STORAGE_ACCESS_TEST_RUNTIME_WASM_BUILD=1
say "building with benchmarks"
cargo build --release --locked -p substation-node --features runtime-benchmarks
BUILT="$CARGO_TARGET_DIR/release"
BLOB="$BUILT/wbuild/substation-runtime/substation_runtime.compact.compressed.wasm"

for PALLET in "${PALLETS[@]}"; do
	say "$PALLET"
	"$BUILT/substation-node" benchmark pallet --runtime="$BLOB" \
		--genesis-builder=runtime --genesis-builder-preset=development --wasm-execution=compiled \
		--pallet="$PALLET" --extrinsic='*' --steps=20 --repeat=10 --min-duration=0 \
		--template=scripts/weights.hbs --output=runtime/src/weights/ >"$BUILT/$PALLET.log" 2>&1 ||
		{ tail -n 20 "$BUILT/$PALLET.log" >&2; die "$PALLET was not measured"; }
done
cargo fmt --all
