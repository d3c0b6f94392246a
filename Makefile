# Everything a person or a build machine runs. Needs Python 3.11, 3.12 or 3.13 and make; `make help` lists the targets.
SHELL := /bin/sh
.DEFAULT_GOAL := help

# The newest that runs: a name on the PATH may belong to a version manager that has no such version.
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11; do $$name -c '' 2>/dev/null && { echo $$name; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes --no-deps
PIP_COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-options \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host
NPM_CI := npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

.PHONY: help setup demo test check bench chaos lock messages screenshots chromium clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: $(VENV)/.installed node_modules/.package-lock.json ## install everything into .venv and node_modules

demo: setup ## start the whole product with sandbox accounts, seeded; Ctrl-C stops it
	@$(BIN)/python manage.py demo

# One failure does not hide the next: everything runs, and any of it fails the target. The checks need one core, so the
# suite on PostgreSQL runs beside them; it comes before the whole one, whose closing line is the last. Compiled modules
# are kept, whatever the shell says about that: each of the six test processes, and each command that a test starts,
# would compile all of them again.
test: export PYTHONDONTWRITEBYTECODE =
test: setup chromium ## run the checks, then every test, on SQLite and on PostgreSQL
	@status=0; said=$$(mktemp); \
	$(MAKE) check >"$$said" 2>&1 & checking=$$!; \
	$(BIN)/python tests/postgres/run.py || status=1; \
	wait $$checking || status=1; \
	cat "$$said"; rm -f "$$said"; \
	$(BIN)/python -m pytest -n 3 --dist worksteal || status=1; \
	exit $$status

check: setup ## run lint, format, types, import direction, migrations and Django's own checks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy connectors mappings syncadmin
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check

bench: setup ## measure time, calls and memory against the floors of docs/develop/benchmarks.md
	$(BIN)/python -m benchmarks

chaos: setup ## run the fault scenarios: killed workers, lost answers, refused rows, flushed queues
	$(BIN)/python -m pytest tests/scenarios -m chaos

lock: $(VENV)/.installed ## resolve pyproject.toml again into requirements/lock.txt and node.txt
	$(PIP_COMPILE) --extra dev --output-file requirements/lock.txt pyproject.toml
	$(PIP_COMPILE) --output-file requirements/node.txt requirements/node.in

messages: setup ## make the classes of Salesforce's Pub/Sub API from connectors/eventbus/pubsub.proto
	$(BIN)/python -m grpc_tools.protoc -I. --python_out=. --pyi_out=. --grpc_python_out=. connectors/eventbus/pubsub.proto

screenshots: setup chromium ## put a picture of every page, empty, full and failing, into var/screenshots
	SCREENSHOTS=1 $(BIN)/python -m pytest -q tests/browser/screenshots.py

clean: ## remove what setup and the tests made (never var/, your data)
	rm -rf $(VENV) node_modules staticfiles .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

chromium:
	@command -v chromium >/dev/null && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; \
	else \
		echo "The browser tests need Chromium. Install it (on Debian: apt-get install chromium) and start again." >&2; \
		exit 1; \
	fi

$(VENV)/.installed: requirements/lock.txt
	@command -v "$(PYTHON)" >/dev/null || { echo "SyncAdmin needs Python 3.11, 3.12 or 3.13, and none is on the PATH." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing Python packages into $(VENV) ..."
	@$(PIP_INSTALL) -r requirements/lock.txt
	@touch $@

# A wheel brings Node.js where the machine has none, or one that is too old.
node_modules/.package-lock.json: package-lock.json package.json | $(VENV)/.installed
	@if command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null; then \
		$(NPM_CI); \
	else \
		$(PIP_INSTALL) -r requirements/node.txt && PATH="$(CURDIR)/$(BIN):$$PATH" $(NPM_CI); \
	fi
	@touch $@
