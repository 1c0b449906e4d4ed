#!/usr/bin/env bash
# Rehearses a launch on this machine: makes the file that a chain is launched from, with keys made for it, and the specification from
# that; starts its four validators with these keys and nobody else's; has a device earn on it; and ends. Ten minutes once everything is
# built. Slots and epochs are a development chain's, all else is as it would be.
#
#   scripts/rehearse.sh [FOLDER]
#
# FOLDER, new or empty, keeps the file, the specification, keys and logs; without it they go when the script ends.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$SUBSTATION_ROOT"

case "${1:-}" in
-h | --help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit ;;
-*) die "unknown option $1: see --help" ;;
esac
KEEP="${1:-}"
if [ -n "$KEEP" ]; then
	mkdir -p "$KEEP"
	[ -z "$(ls -A "$KEEP")" ] || die "$KEEP is not empty"
	HOME_DIR="$(realpath "$KEEP")"
else
	HOME_DIR="$(mktemp -d "${TMPDIR:-/tmp}/substation-rehearsal-XXXXXX")"
fi

scripts/setup.sh
source scripts/env.sh
say "building"
build --workspace --all-targets --locked
BIN="$CARGO_TARGET_DIR/debug"
NODE="$BIN/substation-node"
AGENT="$BIN/substation-agent"

PIDS=()
stop() {
	trap - EXIT INT TERM
	[ ${#PIDS[@]} -eq 0 ] || kill "${PIDS[@]}" 2>/dev/null || true
	wait 2>/dev/null || true
	[ -n "$KEEP" ] || rm -rf "$HOME_DIR"
}
trap stop EXIT
trap 'exit 130' INT TERM

say "making keys"
# secret NAME: a new secret's words, kept in NAME. address NAME SCHEME: of it. public NAME SCHEME: its key, in hexadecimal.
umask 077
secret() { "$NODE" key generate --output-type json | sed -n 's/.*"secretPhrase": "\(.*\)".*/\1/p' >"$HOME_DIR/$1"; }
field() { "$NODE" key inspect "$HOME_DIR/$1" --scheme "$2" --output-type json | sed -n "s/.*\"$3\": \"\(.*\)\".*/\1/p"; }
address() { field "$1" "${2:-sr25519}" ss58Address; }
public() { field "$1" "$2" publicKey; }
VALIDATORS=(one two three four)
PEOPLE=(first second third fourth owner carrier)
# Each session key with its kind in the keystore and its scheme.
KINDS=(babe:babe:sr25519 grandpa:gran:ed25519 verdict:verd:sr25519 discovery:audi:sr25519)
for name in "${VALIDATORS[@]}"; do
	secret "$name.stash"
	for kind in "${KINDS[@]}"; do secret "$name.${kind%%:*}"; done
done
for name in "${PEOPLE[@]}"; do secret "$name.account"; done

say "writing the file"
FILE="$HOME_DIR/launch.toml"
endow() { printf '[[endowments]]\naccount = "%s"\ntokens = %s\n%s\n' "$(address "$1")" "$2" "${3:-}"; }
{
	printf 'name = "Substation"\nid = "substation"\ntotal = 103_000_000\n'
	printf 'founders = ["%s", "%s", "%s"]\n' "$(address first.account)" "$(address second.account)" "$(address third.account)"
	printf 'committee = ["%s", "%s", "%s"]\n\n' "$(address first.account)" "$(address second.account)" "$(address fourth.account)"
	printf '[feeders]\naccounts = ["%s", "%s", "%s"]\nprice = "0.10"\n\n' "$(address fourth.account)" "$(address owner.account)" "$(address carrier.account)"
	for name in "${VALIDATORS[@]}"; do endow "$name.stash" 1_000_000; done
	for name in first second third; do
		endow "$name.account" 20_000_000 'vesting = { tokens = 18_000_000, from_block = 1_000, blocks = 1_000_000 }'
	done
	endow fourth.account 1_000_000
	endow owner.account 37_000_000
	endow carrier.account 1_000_000
	for name in "${VALIDATORS[@]}"; do
		printf '[[validators]]\nstash = "%s"\nstake = 500_000\n' "$(address "$name.stash")"
		for kind in "${KINDS[@]}"; do
			printf '%s = "%s"\n' "${kind%%:*}" "$(public "$name.${kind%%:*}" "${kind##*:}")"
		done
		printf '\n'
	done
	printf '[[networks]]\nowner = "%s"\nweight = 50\ncadence = 1\nrate_cap = 10\nvouched = false\n' "$(address owner.account)"
	printf 'policy = { ramp = 720, kind = { storage = { shown = 2, cap = 262_144 } } }\n'
} >"$FILE"

say "what nobody should launch is refused"
sed 's/ramp = 720/ramp = 0/; s/total = 103_000_000/total = 1/' "$FILE" >"$HOME_DIR/unsafe.toml"
if "$NODE" launch-spec --rehearsal --from "$HOME_DIR/unsafe.toml" >/dev/null 2>"$HOME_DIR/refused"; then
	die "an unsafe file was taken"
fi
sed 's/^/    /' "$HOME_DIR/refused"

say "making the specification"
SPEC="$HOME_DIR/chain.json"
"$NODE" launch-spec --rehearsal --raw --from "$FILE" >"$SPEC"
say "starting its four validators"
free_port() {
	local port
	while port=$((20000 + RANDOM % 12000)); (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
	echo "$port"
}
declare -A RPC
PEERS=()
for name in "${VALIDATORS[@]}"; do
	for kind in "${KINDS[@]}"; do
		IFS=: read -r key type scheme <<<"$kind"
		"$NODE" key insert --chain "$SPEC" --base-path "$HOME_DIR/$name" --scheme "$scheme" --key-type "$type" --suri "$HOME_DIR/$name.$key"
	done
	"$NODE" key generate-node-key --file "$HOME_DIR/$name.node-key" 2>/dev/null
	PORT="$(free_port)"
	RPC[$name]="$(free_port)"
	METRICS=(--no-prometheus)
	if [ "$name" = one ]; then
		PROMETHEUS="$(free_port)"
		METRICS=(--prometheus-port "$PROMETHEUS")
	fi
	"$NODE" --chain "$SPEC" --validator --name "$name" --base-path "$HOME_DIR/$name" --runtime-cache "$HOME_DIR/runtimes" \
		--node-key-file "$HOME_DIR/$name.node-key" --listen-addr "/ip4/127.0.0.1/tcp/$PORT" --rpc-port "${RPC[$name]}" \
		"${METRICS[@]}" --no-telemetry --no-mdns ${PEERS[0]:+--bootnodes "${PEERS[0]}"} >"$HOME_DIR/$name.log" 2>&1 &
	PIDS+=($!)
	PEERS+=("/ip4/127.0.0.1/tcp/$PORT/p2p/$("$NODE" key inspect-node-key --file "$HOME_DIR/$name.node-key")")
done
URL="ws://127.0.0.1:${RPC[one]}"
for _ in $(seq 180); do
	grep -q 'finalized #[1-9]' "$HOME_DIR/one.log" && break
	sleep 2
done
grep -q 'finalized #[1-9]' "$HOME_DIR/one.log" || { tail -n 20 "$HOME_DIR/one.log"; die "nothing was finalized"; }
say "blocks are made and final"

say "a device reports to an aggregator"
export PATH="$BIN:$PATH"
cd "$HOME_DIR"
mkdir data
cp /usr/share/common-licenses/* data/ 2>/dev/null || cp "$SUBSTATION_ROOT"/LICENSE data/
"$AGENT" init publisher.key --scheme sr25519 --no-qr >/dev/null
"$AGENT" init device.key --no-qr >/dev/null
HTTP="$(free_port)"
SUBSTATION_SURI="$(cat carrier.account)" "$AGENT" aggregator --network 0 --publisher publisher.key --archive archive \
	--listen "127.0.0.1:$HTTP" --url "$URL" --url "ws://127.0.0.1:${RPC[two]}" --commit >aggregator.log 2>&1 &
PIDS+=($!)
for _ in $(seq 60); do
	(exec 3<>"/dev/tcp/127.0.0.1/$HTTP") 2>/dev/null && break
	sleep 2
done
OWNER="$(address owner.account)"
SUBSTATION_SURI="$(cat owner.account)" "$AGENT" register --key device.key --network 0 --aggregator "$(address carrier.account)" \
	--cut 5 --data data --url "$URL" --commit
"$AGENT" device --key device.key --network 0 --data data --archive mine --aggregator "http://127.0.0.1:$HTTP" --url "$URL" \
	--commit >device.log 2>&1 &
PIDS+=($!)

say "three feeders say what a token costs"
for name in fourth owner carrier; do
	SUBSTATION_SURI="$(cat "$name.account")" "$AGENT" feed --command 'echo 0.1' --url "$URL" --commit >"feeder-$name.log" 2>&1 &
	PIDS+=($!)
done
price() { "$AGENT" credits price --url "$URL"; }
for _ in $(seq 60); do
	price | grep -q 'dollars for a token' && break
	sleep 2
done
price | grep -q 'dollars for a token' || { tail -n 4 feeder-*.log; price; die "there is no price"; }

say "waiting until the device's first report is paid for, which takes some seven epochs of forty seconds"
# With a ramp of thirty days a cut is less than the fee of a claim, which is the aggregator's reason to leave it to the owner.
claim() { SUBSTATION_SURI="$(cat owner.account)" "$AGENT" claim --url "$URL" --archive mine "$@"; }
for _ in $(seq 120); do
	claim 2>/dev/null | grep -q 'claim for' && break
	sleep 5
done
claim --commit || { tail -n 8 aggregator.log device.log; die "nobody was paid (give a folder to keep the logs)"; }
# Each validator has told the others, by the key that it has for that, where it is found.
KNOWN="$(curl --silent "http://127.0.0.1:$PROMETHEUS/metrics" | sed -n 's/^substrate_authority_discovery_known_authorities_count{.*} //p')"
[ "${KNOWN:-0}" -ge 3 ] || die "the first validator has found ${KNOWN:-none} of three others"
say "rehearsed: the chain began, judged and paid, with no key that anybody else has"
