# Every verb of the project. On a fresh machine with Python >= 3.11 and make, `make serve` and `make test` do all set-up themselves.
PYTHON  ?= python3
VENV    ?= .venv
BIN     := $(VENV)/bin
WORKERS ?= 2
ARGS    ?=
DEFINITIONS ?= ../shared/data
SLOW    := interop or matrix or soak
# pytest ends with 5 when nothing is marked so; that is no failure
NOTHING := || { [ $$? = 5 ] && echo "nothing is marked so yet"; }
export PYTHONPATH := $(CURDIR)/src
export NO_MKDOCS_2_WARNING := 1

.PHONY: serve test lint types architecture unit format generate docs site rows interop matrix soak bench clean help

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

serve: $(VENV)/run.ok  ## set up and run a hub (ARGS="--kafka-port 0" and the like)
	@$(BIN)/python -m hubbub serve $(ARGS)

test: lint types architecture unit  ## the whole check: lint, types, architecture, all tests; what CI runs
	@echo "== all good"

lint: $(VENV)/dev.ok  ## ruff: rules and format
	@echo "== lint"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .

types: $(VENV)/dev.ok  ## mypy strict and basedpyright
	@echo "== types"
	@$(BIN)/mypy
	@$(BIN)/basedpyright --pythonpath $(BIN)/python

architecture: $(VENV)/dev.ok  ## import-linter: who may import whom
	@echo "== architecture"
	@$(BIN)/lint-imports

unit: $(VENV)/dev.ok $(VENV)/node.ok $(VENV)/debian.ok $(VENV)/promtool.ok $(VENV)/foreign.ok  ## all tests that CI runs (ARGS="-k words" and the like)
	@echo "== tests"
	@$(BIN)/python -m pytest -n $(WORKERS) -m "not ($(SLOW))" --marks=build/marks.json $(ARGS)
	@test -n "$(ARGS)" || $(BIN)/python -m tools.rows build/marks.json --check

format: $(VENV)/dev.ok  ## let ruff rewrite
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

generate: $(VENV)/dev.ok  ## write generated code anew (DEFINITIONS=folder with the protocols' definitions)
	$(BIN)/python tools/generate_kafka_messages.py $(DEFINITIONS)/kafka-messages
	$(BIN)/python tools/generate_amqp_methods.py $(DEFINITIONS)/amqp/amqp-rabbitmq-0.9.1.json

docs: $(VENV)/dev.ok  ## write what is made from the source: pages of docs/, the dashboard
	$(BIN)/python -m tools.pages
	$(BIN)/python -m tools.dashboard

site: $(VENV)/dev.ok  ## docs/ as a site, in build/site
	$(BIN)/mkdocs build

rows: $(VENV)/dev.ok $(VENV)/node.ok $(VENV)/debian.ok $(VENV)/promtool.ok $(VENV)/foreign.ok  ## run the tests that show rows, and write docs/rows.md
	$(BIN)/python -m pytest -n $(WORKERS) -m "row and not ($(SLOW))" --marks=build/rows.json $(NOTHING)
	$(BIN)/python -m tools.rows build/rows.json

interop: $(VENV)/dev.ok  ## clients of other languages; needs their tool chains
	$(BIN)/python -m pytest -m interop $(ARGS) $(NOTHING)

matrix: $(VENV)/dev.ok  ## every client, version and peer
	$(BIN)/python -m pytest -m matrix $(ARGS) $(NOTHING)

soak: $(VENV)/dev.ok  ## what runs for hours
	HYPOTHESIS_PROFILE=anew $(BIN)/python -m pytest -m soak $(ARGS) $(NOTHING)

bench: $(VENV)/run.ok  ## all benchmarks, or one (ONLY=start ARGS="--json")
	@for each in $(or $(ONLY),start kafka mqtt amqp storage durable templates fixtures hands); do echo "== $$each"; $(BIN)/python bench/$$each.py $(ARGS) || exit 1; done

clean:  ## remove what was built
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache tests/clients/node_modules

# Set-up, each step once and again when what it depends on changes.

$(VENV)/run.ok: pyproject.toml
	@echo "== setting up $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Hubbub needs Python 3.11 or newer; make PYTHON=/path/to/one")'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/dev.ok: $(VENV)/run.ok pyproject.toml
	@echo "== setting up the checks and the clients of other people"
	@$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

$(VENV)/node.ok: $(VENV)/dev.ok tests/clients/package.json tests/clients/package-lock.json
	@echo "== setting up the JavaScript clients"
	@cd tests/clients && PATH="$(abspath $(BIN)):$$PATH" npm ci --no-progress --silent || echo "no JavaScript clients: their tests are skipped"
	@touch $@

# Other people's own test suites, as their source distributions bring them.
$(VENV)/foreign.ok: $(VENV)/dev.ok tests/foreign/aio_pika/test_suite.py tests/foreign/kafka_python/test_suite.py tests/foreign/celery_project/test_suite.py
	@echo "== fetching kafka-python's own tests"
	@$(BIN)/pip download --quiet --disable-pip-version-check --no-deps --no-binary kafka-python --dest build/foreign \
		"kafka-python==$$(sed -n 's/^VERSION = "\(.*\)"/\1/p' tests/foreign/kafka_python/test_suite.py)" \
		|| echo "not to be had: they are skipped"
	@echo "== fetching py-amqp's and kombu's own tests"
	@sed -n 's/^VERSIONS = //p' tests/foreign/celery_project/test_suite.py | tr -d '{}" ' | tr ',' '\n' | while IFS=: read -r name version; do \
		$(BIN)/pip download --quiet --disable-pip-version-check --no-deps --no-binary "$$name" --dest build/foreign "$$name==$$version" \
		|| echo "$$name: not to be had: its tests are skipped"; done
	@echo "== fetching aio-pika's own tests, and what they need, which must not get into our pytest"
	@$(BIN)/pip download --quiet --disable-pip-version-check --no-deps --no-binary aio-pika --dest build/foreign \
		"aio-pika==$$(sed -n 's/^VERSION = "\(.*\)"/\1/p' tests/foreign/aio_pika/test_suite.py)" \
		&& $(BIN)/pip install --quiet --disable-pip-version-check --upgrade --target build/foreign/aio-pika-needs \
		aiomisc aiomisc-pytest shortuuid timeout-decorator || echo "not to be had: they are skipped"
	@touch $@

# Debian's packages only where nobody has to be asked: as root, and where apt-get is.
$(VENV)/debian.ok: $(VENV)/dev.ok
	@if command -v kcat > /dev/null && command -v mosquitto_pub > /dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
		echo "== setting up kcat and mosquitto-clients"; \
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq kcat mosquitto-clients; } > /dev/null 2>&1 \
			|| echo "not to be had: their tests are skipped"; \
	else echo "no kcat or mosquitto-clients here: their tests are skipped"; fi
	@touch $@

# Prometheus' own checker, taken out of Debian's package, which would start a server where it is installed.
$(VENV)/promtool.ok: $(VENV)/debian.ok
	@if command -v promtool > /dev/null; then :; \
	elif command -v apt-get > /dev/null; then \
		echo "== fetching promtool"; mkdir -p build/prometheus; \
		{ cd build/prometheus && apt-get download -qq prometheus && dpkg-deb -x prometheus_*.deb . && rm prometheus_*.deb; } > /dev/null 2>&1 \
			|| echo "not to be had: its tests are skipped"; \
	else echo "no promtool here: its tests are skipped"; fi
	@touch $@
