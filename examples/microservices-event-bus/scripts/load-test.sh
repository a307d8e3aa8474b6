#!/usr/bin/env bash
# ./scripts/load-test.sh --rate 10000 --duration 60
cd "$(dirname "$0")/.." && exec "${PYTHON:-python3}" -m scripts.load "$@"
