# shellcheck shell=bash
# The build environment, sourced by every script here. Source it yourself before calling cargo by
# hand: a build under other settings shares nothing with the scripts' builds.

# Other shells do not say where this file is.
if [ -z "${BASH_VERSION:-}" ]; then
	echo "error: scripts/env.sh is for bash: start one, and source it there" >&2
	return 1
fi
SUBSTATION_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
SUBSTATION_CACHE="${SUBSTATION_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/substation}"
export SUBSTATION_ROOT SUBSTATION_CACHE

# Outside the checkout, so that a fresh clone finds the dependencies already built.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$SUBSTATION_CACHE/target}"
# Checkouts that share it look alike to cargo, which goes by times alone: sources that are older than what
# another checkout has built from its own would be taken for built.
if [ "$(cat "$CARGO_TARGET_DIR/.checkout" 2>/dev/null)" != "$SUBSTATION_ROOT" ]; then
	mkdir -p "$CARGO_TARGET_DIR"
	find "$SUBSTATION_ROOT" -name .git -prune -o -name node_modules -prune -o \
		\( -name '*.rs' -o -name Cargo.toml \) -exec touch {} +
	printf '%s\n' "$SUBSTATION_ROOT" >"$CARGO_TARGET_DIR/.checkout"
fi
# With the target directory elsewhere, wasm-builder would miss Cargo.lock and build unpinned.
export WASM_BUILD_WORKSPACE_HINT="$SUBSTATION_ROOT"
# Link the system's OpenSSL instead of compiling one.
export OPENSSL_NO_VENDOR=1
# Binaryen's C++, which waits for nothing and on which the runtime's WASM waits, takes a third longer with g++.
if [ -z "${CXX:-}" ] && command -v clang++ >/dev/null; then export CXX=clang++; fi
export PATH="$SUBSTATION_CACHE/tools/bin:$HOME/.cargo/bin:$PATH"

# The toolchain that setup.sh links where rustup cannot add the WASM target itself.
SUBSTATION_WASM_TOOLCHAIN=substation-wasm
if [ -e "$SUBSTATION_CACHE/wasm-toolchain/ready" ]; then
	export WASM_BUILD_TOOLCHAIN="$SUBSTATION_WASM_TOOLCHAIN"
fi

# libraries: those of the npm lock, into the folder that it is in. Not `npm ci`: it refuses a lock that lacks optional
# packages for other systems, which not every registry has.
libraries() {
	[ node_modules/.package-lock.json -nt package-lock.json ] ||
		npm install --no-save --no-audit --no-fund --ignore-scripts --silent
}

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }
