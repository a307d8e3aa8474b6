#!/usr/bin/env bash
# Run the flow "out-of-stock" against the running services, and say what was seen of it.
cd "$(dirname "$0")/.." && exec "${PYTHON:-python3}" -m scripts.flow out-of-stock "$@"
