#!/usr/bin/env bash
# usage: examples/shop/run.sh PROGRAM
# Starts the systems of an invented shop (a PostgreSQL, the API of a help desk), lets its carrier push
# eight months of parcels to PROGRAM, and then PROGRAM judge a quarter. README.md says what there is.
set -euo pipefail
program=$(realpath "$1")
cd "$(dirname "$0")"
running=()
finish() {
  for ((i = ${#running[@]} - 1; i >= 0; i--)); do
    kill "${running[i]}" 2>/dev/null && wait "${running[i]}" || true
  done
}
trap finish EXIT

rm -rf out systems
mkdir systems
echo "== systems"
python3 servers.py systems >systems/log &
running+=($!)
until grep -q ready systems/log; do
  kill -0 "${running[0]}" || { echo "the systems do not start" >&2; exit 1; }
  sleep 0.1
done
head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n' >systems/carrier.token

echo "== the carrier pushes its parcels"
"$program" run --config measured.yaml 2>systems/daemon.log &
running+=($!)
until address=$(grep -om1 'http_listening address=[0-9.:]*' systems/daemon.log); do
  kill -0 "${running[1]}" || { cat systems/daemon.log >&2; exit 1; }
  sleep 0.1
done
while read -r batch; do
  # A 503 means: not now. Sent again, a batch counts once all the same.
  curl -sS --retry 20 --retry-delay 1 --fail-with-body -H "Authorization: Bearer $(<systems/carrier.token)" -H 'Content-Type: application/json' \
    --data-binary @- "http://${address#*=}/api/v1/push/packed_to_carrier" <<<"$batch" >systems/answer || {
    cat systems/answer >&2
    exit 1
  }
done <systems/scans.jsonl
cat systems/answer
kill "${running[1]}" && wait "${running[1]}"
unset 'running[1]'

# What the daemon made of today stays behind: the walk begins in January.
../replay "$program" shop 2026-01-05 2026-04-08
