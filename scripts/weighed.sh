#!/usr/bin/env bash
# Compares what calls, hooks and checks take on this machine, at the largest parameters, in the release build, with what
# runtime/src/weights declares for them. Prints a table, and fails if any takes longer than it weighs.
#
#   --pallet NAME   only this one; may be given more than once
#   --measured DIR  compare what an earlier run left in DIR, and measure nothing
#
# Whatever seems to be slower is measured again, twice: what else the machine does makes things slower, never faster.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$SUBSTATION_ROOT"

PALLETS=()
MEASURED=
while [ $# -gt 0 ]; do
	case "$1" in
	--pallet)
		[ -f "runtime/src/weights/${2:-}.rs" ] || die "--pallet wants a file of runtime/src/weights, without .rs"
		PALLETS+=("$2")
		shift
		;;
	--measured)
		[ -d "${2:-}" ] || die "--measured wants a folder that an earlier run left"
		MEASURED="$(realpath "$2")"
		shift
		;;
	-h | --help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit ;;
	*) die "unknown option $1: see --help" ;;
	esac
	shift
done
DECLARED="$SUBSTATION_ROOT/runtime/src/weights"
if [ ${#PALLETS[@]} -eq 0 ]; then
	for FILE in "$DECLARED"/*.rs; do
		NAME="$(basename "$FILE" .rs)"
		[ "$NAME" = mod ] || PALLETS+=("$NAME")
	done
fi

# What a row of the database is charged with, from the SDK itself: picoseconds to read, and to write.
SDK="$(cargo metadata --format-version 1 --locked --offline 2>/dev/null |
	grep -o '"manifest_path":"[^"]*/frame-support-[0-9][^"]*/Cargo.toml"' | head -n 1 | cut -d '"' -f 4)"
[ -f "$SDK" ] || die "the sources of frame-support are not at hand: run 'cargo fetch'"
case "$(grep -o 'type DbWeight = [A-Za-z]*' runtime/src/configs/system.rs)" in
*ParityDbWeight) DATABASE=paritydb_weights.rs ;;
*RocksDbWeight) DATABASE=rocksdb_weights.rs ;;
*) die "runtime/src/configs/system.rs has a DbWeight that this script does not know" ;;
esac
rows() {
	sed -n "s/^[[:space:]]*$1: *\([0-9_]*\) \* constants::WEIGHT_REF_TIME_PER_NANOS.*/\1/p" \
		"$(dirname "$SDK")/src/weights/$DATABASE" | tr -d _ | head -n 1
}
READ="$(rows read)000" WRITE="$(rows write)000"
[[ "$READ$WRITE" =~ ^[0-9]{8,}$ ]] || die "$DATABASE is not written as this script expects"

# weights FILE RANGES: what FILE, as scripts/weights.hbs writes it, declares at the most that RANGES, another such file, went
# to. A line each of the name, the parameters, computing, and computing with the database, in picoseconds.
weights() {
	awk -v read="$READ" -v write="$WRITE" '
		function number(text) { gsub(/_/, "", text); return text + 0 }
		# By how much `text` multiplies, up to the next that is added: the most of a parameter, or one.
		function times(text) {
			sub(/\.saturating_add.*/, "", text)
			if (!match(text, /saturating_mul\([a-z]+\.into\(\)\)/)) return 1
			text = substr(text, RSTART + 15, RLENGTH - 15)
			sub(/\..*/, "", text)
			return most[name, text]
		}
		function tell() {
			if (name != "") printf "%s %s %.0f %.0f\n", name, name in list ? list[name] : "-", time, time + rows
		}
		/^\t\/\/\/ `[a-z]+` from [0-9]+ to [0-9]+\.$/ && NR == FNR {
			split($0, part, "`")
			to = $NF
			sub(/\./, "", to)
			coming[part[2]] = to
			next
		}
		/^\tfn [a-z_0-9]+/ {
			if (NR != FNR) tell()
			name = $2
			sub(/\(.*/, "", name)
			for (one in coming) {
				most[name, one] = coming[one]
				list[name] = list[name] (list[name] == "" ? "" : ",") one "=" coming[one]
			}
			split("", coming)
			time = rows = 0
			inside = 1
			next
		}
		/^\t}$/ { inside = 0 }
		NR == FNR || !inside || /^[\t ]*\/\// { if (NR == FNR) name = ""; next }
		{
			rest = $0
			while (match(rest, /from_parts\([0-9_]+/)) {
				amount = number(substr(rest, RSTART + 11, RLENGTH - 11))
				rest = substr(rest, RSTART + RLENGTH)
				time += amount * times(rest)
			}
			rest = $0
			while (match(rest, /\.(reads|writes)\([0-9_]+/)) {
				one = substr(rest, RSTART, RLENGTH)
				rest = substr(rest, RSTART + RLENGTH)
				per = one ~ /reads/ ? read : write
				sub(/.*\(/, "", one)
				rows += number(one) * per * times(rest)
			}
		}
		END { tell() }
	' "$2" "$1"
}

# compare PALLET FILE: lines of what was measured beside what is declared, the slower ones marked.
compare() {
	awk -v pallet="$1" '
		NR == FNR { declared[$1] = $3; whole[$1] = $4; next }
		!($1 in declared) { print pallet, $1, $2, $3, "-", "-", "-", "undeclared"; next }
		{
			share = whole[$1] > 0 ? 100 * $3 / whole[$1] : ($3 > 0 ? 1000 : 0)
			print pallet, $1, $2, $3, declared[$1], whole[$1], share, ($3 > whole[$1] ? "slower" : "ok")
			seen[$1] = 1
		}
		END { for (one in declared) if (!(one in seen)) print pallet, one, "-", "-", declared[one], whole[one], "-", "unmeasured" }
	' <(weights "$DECLARED/$1.rs" "$2") <(weights "$2" "$2")
}

ROWS="$(mktemp)"
trap 'rm -f "$ROWS"' EXIT
KEPT="${MEASURED:-$(mktemp -d "${TMPDIR:-/tmp}/substation-weighed-XXXXXX")}"
for PALLET in "${PALLETS[@]}"; do
	if [ -z "$MEASURED" ]; then
		scripts/benchmark.sh --pallet "$PALLET" --ends "$KEPT/1" >&2
		for AGAIN in 2 3; do
			compare "$PALLET" "$KEPT/$((AGAIN - 1))/$PALLET.rs" | grep -q ' slower$' || break
			say "$PALLET again: something was slower than its weight" >&2
			scripts/benchmark.sh --pallet "$PALLET" --ends "$KEPT/$AGAIN" >&2
		done
	fi
	[ -f "$KEPT/1/$PALLET.rs" ] || die "$KEPT has nothing of $PALLET"
	# The fastest of what was measured.
	for RUN in 1 2 3; do
		[ ! -f "$KEPT/$RUN/$PALLET.rs" ] || compare "$PALLET" "$KEPT/$RUN/$PALLET.rs"
	done | sort -s -k2,2 -k4,4n | awk '!seen[$2]++' >>"$ROWS"
done

say "microseconds: measured, declared without and with the database, and how much of the latter was needed"
{
	echo "pallet what at measured computing weight % ."
	awk '
		function micros(value) { return value == "-" ? "-" : sprintf("%.1f", value / 1000000) }
		{ print $1, $2, $3, micros($4), micros($5), micros($6), $7 == "-" ? "-" : sprintf("%.0f", $7), $8 == "ok" ? "" : $8 }
	' <(sort -k7,7nr "$ROWS")
} | column -t
say "what was measured is kept in $KEPT: '--measured $KEPT' compares it again"
BAD="$(awk '$8 != "ok"' "$ROWS" | wc -l)"
[ "$BAD" -eq 0 ] || die "$BAD of $(wc -l <"$ROWS") are slower than they weigh, or are not both declared and measured: \
scripts/benchmark.sh --pallet NAME writes their weights anew"
