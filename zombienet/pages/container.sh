#!/usr/bin/env bash
# Boots a copy of this machine that is gone when it is shut down, with systemd: `container.sh FOLDER CHECKOUT BIN`. Where the
# network is the caller's, and CHECKOUT and BIN are there to read. To be called in a mount namespace of its own.
set -euo pipefail
FOLDER="$1"
mkdir -p "$FOLDER/layer" "$FOLDER/root"
mount -t tmpfs tmpfs "$FOLDER/layer"
mkdir "$FOLDER/layer/changes" "$FOLDER/layer/work"
mount -t overlay overlay -o "lowerdir=/,upperdir=$FOLDER/layer/changes,workdir=$FOLDER/layer/work" "$FOLDER/root"
# A machine with a name of its own, by which it keeps its journal.
: >"$FOLDER/root/etc/machine-id"
exec systemd-nspawn --quiet --directory="$FOLDER/root" --register=no --keep-unit --boot --console=pipe \
	--machine=substation --bind-ro="$2" --bind-ro="$3" </dev/null
