#!/usr/bin/env bash
# Everything that has to hold before a change lands: style, lints, dependencies, all tests, and the
# tests that drive real nodes. `--quick` leaves the latter out.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$SUBSTATION_ROOT"

QUICK=
case "${1:-}" in
'') ;;
--quick) QUICK=1 ;;
-h | --help) sed -n '2,3s/^# \{0,1\}//p' "$0"; exit ;;
*) die "unknown option $1: see --help" ;;
esac

scripts/setup.sh --linters
# The environment again: setting up may have linked the WASM toolchain.
source scripts/env.sh

say "format"
cargo fmt --all --check
taplo fmt --check --config .config/taplo.toml >/dev/null 2>&1 ||
	die "manifests are not formatted: run 'taplo fmt --config .config/taplo.toml'"

say "dependencies"
cargo deny --log-level error check licenses bans sources
if [ -d "${CARGO_HOME:-$HOME/.cargo}/advisory-dbs" ]; then
	cargo deny --log-level error --offline check advisories
else
	say "no advisories at hand: 'cargo deny fetch' brings them"
fi

# Before the lints: other crates compile beside the runtime's WASM.
say "build"
build --workspace --all-targets --locked

# Without the WASM: the lints read the same sources natively, and compiling them here would leave
# the tests' own blobs out of date.
# With the benchmarks, which nothing else here compiles.
lint=(env SKIP_WASM_BUILD=1 nice -n 19 cargo clippy --workspace --all-targets --locked
	--features substation-runtime/runtime-benchmarks -- -D warnings)

if [ -n "$QUICK" ]; then
	say "lints"
	"${lint[@]}"
	say "tests, but for those through real nodes"
	cargo test --workspace --locked -- --skip nodes::
	exit
fi

# From nothing the lints check every dependency once more. Tests through real nodes mostly wait for blocks.
say "tests, and lints beside them at the lowest priority"
log="$(mktemp)"
# Cargo lets others at its directory once the tests run.
(sleep 20 && exec "${lint[@]}") >"$log" 2>&1 &
lints=$!
trap 'kill "$lints" 2>/dev/null || true; rm -f "$log"' EXIT
cargo test --workspace --locked
say "lints"
wait "$lints" || { cat "$log"; die "the lints have found something"; }
