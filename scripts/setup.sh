#!/usr/bin/env bash
# Installs what a build needs and is missing: Debian packages, the Rust toolchain, a way to compile
# for WebAssembly. Safe to run again: what is there is left alone.
#
#   --linters         also the two linters
#   --node            also Node.js
#   --dapps           also Node.js, a browser and Prometheus
#   --zombienet-sdk   also zombie-cli
#   --bencher         also frame-omni-bencher
#   --container       also what boots a copy of this machine, and what lays cables between namespaces
#   (any of them together)
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

for option in "$@"; do
	case "$option" in
	--linters | --node | --dapps | --zombienet-sdk | --bencher | --container) ;;
	-h | --help) sed -n '2,11s/^# \{0,1\}//p' "$0"; exit ;;
	*) die "unknown option $option: see --help" ;;
	esac
done

CHANNEL="$(sed -n 's/^channel = "\(.*\)"/\1/p' "$SUBSTATION_ROOT/rust-toolchain.toml")"
TARGET=wasm32v1-none
TAPLO_VERSION=0.9.3
DENY_VERSION=0.20.2
NODEJS_VERSION=22.23.3
ZOMBIE_CLI_VERSION=0.7.1
OMNI_BENCHER_VERSION=0.28.0

as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# packages NAME…: those that are not installed yet, installed.
packages() {
	local missing=() name
	for name in "$@"; do
		dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
	done
	[ ${#missing[@]} -eq 0 ] && return
	command -v apt-get >/dev/null || die "please install the equivalents of: ${missing[*]}"
	say "installing Debian packages: ${missing[*]}"
	as_root apt-get update -qq
	as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

rust() {
	if ! command -v rustup >/dev/null; then
		say "installing rustup"
		packages curl ca-certificates
		curl --proto '=https' --tlsv1.2 -fsSL https://sh.rustup.rs |
			sh -s -- -y --no-modify-path --profile minimal --default-toolchain none
	fi
	if ! rustup toolchain list | grep -q "^$CHANNEL"; then
		say "installing Rust $CHANNEL"
		rustup toolchain install "$CHANNEL" --profile minimal --component rustfmt --component clippy
	fi
}

has_target() {
	[ -d "$(rustup run "$CHANNEL" rustc --print sysroot)/lib/rustlib/$TARGET/lib" ]
}

# Either rustup's own target, or Debian's second toolchain with `core` and `alloc` built from its
# sources and laid into a sysroot of our own that rustup knows under a name.
wasm() {
	local home="$SUBSTATION_CACHE/wasm-toolchain"
	# `SUBSTATION_WASM=debian` takes the second way even where the first is open.
	if [ "${SUBSTATION_WASM:-}" != debian ] && has_target; then
		rm -f "$home/ready"
		return
	fi
	if [ -e "$home/ready" ] && rustup run "$SUBSTATION_WASM_TOOLCHAIN" true 2>/dev/null; then
		return
	fi
	if [ "${SUBSTATION_WASM:-}" != debian ] &&
		rustup target add --toolchain "$CHANNEL" "$TARGET" >/dev/null 2>&1 && has_target; then
		rm -f "$home/ready"
		return
	fi
	say "rustup offers no $TARGET here: building it from Debian's Rust sources"
	packages rustc-web cargo-web rust-web-src lld-22
	rm -rf "$home"
	mkdir -p "$home/bin" "$home/build/src"

	printf '%s\n' '[package]' 'name = "sysroot"' 'version = "0.0.0"' 'edition = "2021"' \
		>"$home/build/Cargo.toml"
	printf '#![no_std]\n' >"$home/build/src/lib.rs"
	(
		cd "$home/build"
		unset CARGO_TARGET_DIR RUSTUP_TOOLCHAIN RUSTC RUSTC_WRAPPER RUSTC_WORKSPACE_WRAPPER
		# Embedded bitcode: the runtime is linked with thin LTO.
		RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc RUSTFLAGS='-C embed-bitcode=yes' \
			/usr/bin/cargo build -q -Z build-std=core,alloc --target "$TARGET" --release
	)

	local debian
	debian="$(/usr/bin/rustc --print sysroot)/lib/rustlib"
	mkdir -p "$home/lib/rustlib/$TARGET/lib"
	local host entry
	host="$(/usr/bin/rustc -vV | sed -n 's/^host: //p')"
	for entry in "$debian"/*; do
		case "$(basename "$entry")" in
		"$TARGET" | "$host") ;;
		*) ln -s "$entry" "$home/lib/rustlib/" ;;
		esac
	done
	mkdir -p "$home/lib/rustlib/$host/bin"
	for entry in "$debian/$host"/*; do
		[ "$(basename "$entry")" = bin ] || ln -s "$entry" "$home/lib/rustlib/$host/"
	done
	# The linker that rustc looks for under this name.
	ln -s /usr/lib/llvm-22/bin/lld "$home/lib/rustlib/$host/bin/rust-lld"
	cp "$home/build/target/$TARGET/release/deps"/lib{core,alloc,compiler_builtins}-*.rlib \
		"$home/lib/rustlib/$TARGET/lib/"

	printf '#!/bin/sh\nexec /usr/bin/rustc --sysroot "%s" "$@"\n' "$home" >"$home/bin/rustc"
	# Clippy's wrapper belongs to the other toolchain's compiler.
	printf '#!/bin/sh\nunset RUSTC_WORKSPACE_WRAPPER RUSTC_WRAPPER\nRUSTC="%s" exec /usr/bin/cargo "$@"\n' \
		"$home/bin/rustc" >"$home/bin/cargo"
	chmod +x "$home/bin/rustc" "$home/bin/cargo"
	rustup toolchain link "$SUBSTATION_WASM_TOOLCHAIN" "$home"
	rm -rf "$home/build"
	touch "$home/ready"
}

# tool CRATE VERSION [LEVEL]: a command from the registry, built from its sources where it is not there in this version. Built
# quickly is worth more than running quickly, unless a level of optimization says otherwise.
tool() {
	local tools="$SUBSTATION_CACHE/tools"
	[ -x "$tools/bin/$1" ] && grep -qsF "\"$1 $2 " "$tools/.crates2.json" && return
	say "building $1 $2 (once)"
	CARGO_TARGET_DIR="$tools/build" CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
		CARGO_PROFILE_RELEASE_OPT_LEVEL="${3:-0}" SKIP_FRAME_STORAGE_ACCESS_TEST_RUNTIME_WASM_BUILD=1 \
		cargo install -q --locked --root "$tools" --version "$2" "$1"
	rm -rf "$tools/build"
}

# Style and dependency checkers, only where the tests want them: `setup.sh --linters`.
linters() {
	local tools="$SUBSTATION_CACHE/tools"
	mkdir -p "$tools"
	if ! taplo --version 2>/dev/null | grep -qF "$TAPLO_VERSION"; then
		packages python3 python3-venv
		say "installing taplo $TAPLO_VERSION"
		python3 -m venv "$tools/python"
		"$tools/python/bin/pip" install -q "taplo==$TAPLO_VERSION"
		mkdir -p "$tools/bin"
		ln -sf "$tools/python/bin/taplo" "$tools/bin/taplo"
	fi
	tool cargo-deny "$DENY_VERSION"
}

# A Node.js that is new enough, which is one that knows zstd: `setup.sh --node`.
nodejs() {
	command -v npm >/dev/null || packages nodejs npm
	if ! node -e 'process.exit(require("zlib").zstdCompressSync ? 0 : 1)' 2>/dev/null; then
		say "installing Node.js $NODEJS_VERSION"
		npm install --silent --prefix "$SUBSTATION_CACHE/tools/node" "node@$NODEJS_VERSION"
		mkdir -p "$SUBSTATION_CACHE/tools/bin"
		ln -sf "$SUBSTATION_CACHE/tools/node/node_modules/node/bin/node" "$SUBSTATION_CACHE/tools/bin/node"
	fi
}

# Node.js, a browser, and Prometheus: `setup.sh --dapps`.
dapps() {
	nodejs
	packages chromium
	if ! command -v prometheus >/dev/null; then
		packages prometheus
		# As a service, which Debian makes of it, it would be open to everybody around.
		if [ -d /run/systemd/system ]; then as_root systemctl disable --quiet --now prometheus; fi
	fi
}

packages build-essential pkg-config libssl-dev protobuf-compiler clang libclang-dev cmake git
rust
wasm
for option in "$@"; do
	case "$option" in
	--linters) linters ;;
	--node) nodejs ;;
	--dapps) dapps ;;
	--container) packages systemd systemd-container dbus iproute2 procps sudo ;;
	# Each has hundreds of crates of its own, which nothing else waits for.
	--zombienet-sdk) tool zombie-cli "$ZOMBIE_CLI_VERSION" ;;
	--bencher) tool frame-omni-bencher "$OMNI_BENCHER_VERSION" 3 ;;
	esac
done
