#!/usr/bin/env bash
# ./scripts/stress-test.sh --connections 5000
cd "$(dirname "$0")/.." && exec "${PYTHON:-python3}" -m scripts.stress "$@"
