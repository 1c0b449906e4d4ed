#!/usr/bin/env bash
# Follows the pages word by word: what the README and the pages for owners, buyers, voters, validators and researchers tell to do
# is done, on networks of this machine. An hour once everything is built.
#
#   scripts/pages.sh [readme | owner | stories | voter | console | validator | researcher]...
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
[ $# -gt 0 ] || set -- readme owner stories voter console validator researcher
for page in "$@"; do
	[ -f "zombienet/pages/$page.test.mjs" ] || die "there is no page for $page"
done
[ "$(id -u)" = 0 ] || die "this has to be root: the validator's page sets up a service, in a copy of this machine"

# In a namespace of their own they reach no registry.
scripts/setup.sh --dapps --container --zombienet-sdk
source scripts/env.sh
say "building"
build --workspace --all-targets --locked
cd zombienet
libraries

for page in "$@"; do
	say "the $page's page"
	FOLDER="$SUBSTATION_CACHE/pages/$page"
	rm -rf "$FOLDER"
	mkdir -p "$FOLDER/tmp" "$FOLDER/run" "$SUBSTATION_CACHE/run"
	# What it starts ends with it; the chain that run.sh keeps for its user is not touched. The shell stays, because what
	# has lost its parent is a child of the first process, which has to be one that buries it.
	FOLDER="$FOLDER" PAGE="$page" unshare --mount --net --pid --fork --kill-child --mount-proc bash -euo pipefail -c '
		ip link set lo up
		mount --bind "$FOLDER/tmp" /tmp
		mount --bind "$FOLDER/run" "$SUBSTATION_CACHE/run"
		export TMPDIR=/tmp
		node --test --test-concurrency=1 --test-force-exit --test-reporter=spec "pages/$PAGE.test.mjs"
		exit
	' || die "logs are kept in $FOLDER"
	rm -rf "$FOLDER"
done
