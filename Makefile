# Every verb of the project. On a fresh machine with Python >= 3.11 and make, `make serve` and `make test` do all set-up themselves.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
WORKERS ?= 2
DEFINITIONS ?= ../shared/data/kafka-messages
export PYTHONPATH := $(CURDIR)/src

.PHONY: serve test lint types architecture unit format generate docs rows interop matrix soak bench clean help

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/run.ok: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/dev.ok: $(VENV)/run.ok pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

serve: $(VENV)/run.ok  ## set up and run a hub (ARGS="--data-dir ./data" and the like)
	$(BIN)/hubbub serve $(ARGS)

test: lint types architecture unit  ## the whole check: lint, types, architecture, tests

lint: $(VENV)/dev.ok  ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev.ok  ## mypy strict and basedpyright
	$(BIN)/mypy
	$(BIN)/basedpyright

architecture: $(VENV)/dev.ok  ## import-linter: who may import whom
	$(BIN)/lint-imports

unit: $(VENV)/dev.ok  ## all tests that CI runs
	$(BIN)/pytest -n $(WORKERS) -m "not interop and not matrix and not soak"

format: $(VENV)/dev.ok  ## let ruff rewrite
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

generate: $(VENV)/dev.ok  ## write the Kafka messages anew (DEFINITIONS=folder with Kafka's definitions)
	$(BIN)/python tools/generate_kafka_messages.py $(DEFINITIONS)

docs: $(VENV)/dev.ok  ## write the generated tables of the docs anew
	$(BIN)/python -m tools.kafka_page

clean:  ## remove what was built
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
