#!/bin/sh
# Sets up .venv from the lock of versions and hashes, then prepares the models. Safe to run again.
set -eu
cd "$(dirname "$0")/.."
python="${PYTHON:-python3}"

if ! "$python" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))'; then
    echo "Sayso needs Python 3.11 or newer; $python is $("$python" -V 2>&1). Set PYTHON to a newer one." >&2
    exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "Python's venv is missing; installing it with apt-get."
    apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv
fi

count=$(grep -cE '^[a-z0-9].*==' requirements.lock)
echo "Installing up to $count pinned packages into .venv (about 900 MB, about a minute)…"
"$python" -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
.venv/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
echo "Preparing the models once for this machine (some seconds)…"
.venv/bin/sayso models prepare
touch .venv/.installed
echo "Ready: .venv/bin/sayso --help"
