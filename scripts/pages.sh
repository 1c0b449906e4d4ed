#!/usr/bin/env bash
# Follows the pages of docs/ word by word: what a device's owner, a voter, a validator and a researcher are told to do
# is done, on networks of this machine. An hour once everything is built.
#
#   scripts/pages.sh [owner | voter | validator | researcher]...
#
# All of it happens in namespaces of its own, where ports are free and nothing of this machine is changed. It has to be
# root, and takes systemd-nspawn, which is installed if it is missing: the validator's page sets up a service.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$SUBSTATION_ROOT"

case "${1:-}" in
-h | --help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit ;;
-*) die "unknown option $1: see --help" ;;
esac
[ "$(id -u)" = 0 ] || die "this has to be root: the validator's page sets up a service, in a copy of this machine"

scripts/setup.sh --dapps
scripts/setup.sh --container
source scripts/env.sh
say "building"
cargo build --workspace --all-targets --locked
cd zombienet
[ -e node_modules/.package-lock.json ] && [ node_modules/.package-lock.json -nt package-lock.json ] ||
	npm install --no-save --no-audit --no-fund --ignore-scripts --silent

[ $# -gt 0 ] || set -- owner voter validator researcher
for page in "$@"; do
	[ -f "pages/$page.test.mjs" ] || die "there is no page for $page"
	say "the $page's page"
	# What it starts ends with it; the chain that run.sh keeps for its user is not touched.
	SUBSTATION_PAGE="$page" unshare --mount --net --pid --fork --kill-child --mount-proc bash -euo pipefail -c '
		ip link set lo up
		mount -t tmpfs tmpfs /tmp
		mkdir -p "$SUBSTATION_CACHE/run"
		mount -t tmpfs tmpfs "$SUBSTATION_CACHE/run"
		export TMPDIR=/tmp
		exec node --test --test-concurrency=1 --test-force-exit --test-reporter=spec "pages/$SUBSTATION_PAGE.test.mjs"
	'
done
