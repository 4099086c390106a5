#!/usr/bin/env bash
# Runs once, when Gradescope builds the image. Choose Ubuntu 24.04 or newer there.
set -euo pipefail
base=$(cd "$(dirname "$0")/.." && pwd)
apt-get update
apt-get install -y python3 python3-venv
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "Python 3.11 or newer is needed: choose a newer Ubuntu image" >&2
  exit 1
fi
python3 -m venv "$base/venv"
"$base/venv/bin/pip" install -c "$base/source/constraints.txt" "$base"/source/*.whl
