#!/usr/bin/env bash
# Runs for each submission: grades submission/ into results/results.json.
set -euo pipefail
base=$(cd "$(dirname "$0")" && pwd)
export AUTOGRADER_COURSE="$base/source/course.toml"
exec "$base/venv/bin/python" -m autograder.exchange.gradescope_run "$base"
