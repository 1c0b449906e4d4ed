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

# build ARGUMENTS...: cargo build, which says how far it is: on a terminal in one line, elsewhere once a minute. What
# cargo warns of is shown as it is.
build() {
	local status
	# Cargo counts for terminals only, unless it is told otherwise, and then wants a width.
	CARGO_TERM_PROGRESS_WHEN=always CARGO_TERM_PROGRESS_WIDTH=240 cargo build "$@" 2>&1 |
		stdbuf -o0 tr '\r' '\n' | _build_progress
	status=("${PIPESTATUS[@]}")
	return "${status[0]}"
}

_build_progress() {
	local line part='' since=$SECONDS last=0 shown='' drawn='' esc=$'\e' terminal=
	local counter='^ *Building .*] ([0-9]+)/([0-9]+)(: (.*))?$'
	[ -t 1 ] && terminal=1
	# A line may come in parts, and none for minutes while one crate compiles.
	while true; do
		line=
		if IFS= read -r -t 5 line; then
			line="$part$line" part=
		elif [ $? -gt 128 ]; then
			part="$part$line" line=
		else
			break
		fi
		while [[ "$line" =~ $esc\[[0-9\;]*[A-Za-z] ]]; do line="${line//"${BASH_REMATCH[0]}"/}"; done
		if [[ "$line" =~ $counter ]]; then
			shown="${BASH_REMATCH[1]} of ${BASH_REMATCH[2]} built"
			[[ "${BASH_REMATCH[4]}" != *substation-runtime\(build\)* ]] || shown+=", now the runtime's WASM"
		elif [[ ! "$line" =~ ^\ *(Compiling|Downloaded|Downloading|Updating|Locking|Fresh|Blocking)\  ]] &&
			[[ "$line" =~ [^[:space:]] ]]; then
			[ -z "$drawn" ] || printf '\r%s[K' "$esc"
			printf '%s\n' "$line"
			drawn=
		fi
		[ -n "$shown" ] || continue
		if [ -n "$terminal" ]; then
			line="    $shown, $(_minutes $((SECONDS - since)))"
			[ "$line" = "$drawn" ] || printf '\r%s[K%s' "$esc" "$line"
			drawn="$line"
		elif [ $((SECONDS - last)) -ge 60 ] && [ $((SECONDS - since)) -ge 60 ]; then
			last=$SECONDS
			printf '    %s, %s\n' "$shown" "$(_minutes $((SECONDS - since)))"
		fi
	done
	[ -z "$drawn" ] || printf '\r%s[K' "$esc"
}

_minutes() {
	case $(($1 / 60)) in
	0) echo "less than a minute" ;;
	1) echo "a minute" ;;
	*) echo "$(($1 / 60)) minutes" ;;
	esac
}
