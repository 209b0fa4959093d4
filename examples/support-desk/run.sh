#!/usr/bin/env bash
# usage: examples/support-desk/run.sh PROGRAM
# Lets PROGRAM judge twelve weeks of incidents; README.md says what they are.
set -euo pipefail
exec "$(dirname "$0")/../replay" "$1" support-desk 2016-03-01 2016-05-24
