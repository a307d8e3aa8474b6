#!/usr/bin/env bash
# Run the flow "temperature-alert" against the running services, and say what was seen of it.
cd "$(dirname "$0")/.." && exec "${PYTHON:-python3}" -m scripts.flow temperature-alert "$@"
