# The national reporting hub. `make demo` and `make test` do everything on a fresh Debian machine; the rest is detail.

.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help demo test lint bench soak packages clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## (.*)/  make \1\t\2/' | expand -t 16

demo: $(VENV)/.run-ready ## set up, run the whole job on real regimes, then serve (HUB_PORT, HUB_DEMO_SERVE=0)
	@mkdir -p var/regimes
	@HUB_DEMONSTRATION=1 HUB_SCHEMAS="$${HUB_SCHEMAS:-var/regimes}" $(BIN)/hub demo

test: $(VENV)/.test-ready packages ## set up and pass every test, on SQLite and on PostgreSQL
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

lint: $(VENV)/.test-ready ## ruff, mypy, the import contract and the regimes' own lint
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/hub regime lint

bench: $(VENV)/.test-ready packages ## measure the hub and its rivals on the same work; prints medians and ratios
	@$(BIN)/python -m benchmarks

soak: $(VENV)/.test-ready packages ## the long forms of the promises: 1,000 kills, 10,000 retries and decimals
	@HUB_TEST_SCALE=20 $(BIN)/python -m pytest tests/soak tests/services tests/writers tests/readers tests/scheduler

packages:
	@bash .ci/packages

clean: ## remove what was set up; var/ with its data stays
	@rm -rf $(VENV) build *.egg-info

$(VENV)/bin/pip:
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { bash .ci/packages python3-venv && $(PYTHON) -m venv --clear $(VENV); }

$(VENV)/.run-ready: $(VENV)/bin/pip requirements.lock pyproject.toml
	@echo "setting up: installing from requirements.lock"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . --config-settings editable_mode=compat
	@touch $@

$(VENV)/.test-ready: $(VENV)/bin/pip requirements-test.lock pyproject.toml
	@echo "setting up: installing from requirements-test.lock"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . --config-settings editable_mode=compat
	@touch $@ $(VENV)/.run-ready
