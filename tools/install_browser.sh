#!/bin/sh
# Debian's Chromium, in which the pages are tested. Does nothing where there is one.
set -eu
if command -v chromium >/dev/null; then
    exit 0
fi
echo "Chromium is missing; installing it with apt-get (about 350 MB, about a minute)…"
apt-get update -qq
apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core
