#!/usr/bin/env bash
# usage: examples/medicine-deliveries/run.sh PROGRAM
# Lets PROGRAM judge a year of deliveries; README.md says what they are.
set -euo pipefail
exec "$(dirname "$0")/../replay" "$1" medicine-deliveries 2013-01-01 2014-01-01
