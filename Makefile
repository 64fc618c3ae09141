# GasDesk: `make run`, `make test`; `make help` lists the rest.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help venv run test faults soak bench fuzz check lint types architecture lock fmt

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

venv: $(VENV)/.installed-dev ## the virtual environment with the development tools

run: $(VENV)/.installed ## the whole platform on this machine
	exec $(BIN)/gasdesk run

test: $(VENV)/.installed-dev ## the whole test suite, on its own Postgres and NATS
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not soak and not fuzz"

faults: $(VENV)/.installed-dev ## kill -9 of every part under load, with the mutants that must turn it red
	$(BIN)/pytest -n 2 --dist loadfile -m "not soak" tests/faults

fuzz: $(VENV)/.installed-dev ## every operation of the merged OpenAPI with FUZZ_EXAMPLES (25) requests; FUZZ_ONLY names some
	FUZZ_ALL=1 $(BIN)/pytest -s -p no:xdist tests/fuzz

bench: $(VENV)/.installed-dev ## ratios against floors of the same run, written to docs/bench.md (BENCH_FULL=1 for the largest)
	$(BIN)/python -m tests.bench $(PARTS)

soak: $(VENV)/.installed-dev ## the fault tests with the large figures, for SOAK_MINUTES (10)
	SOAK_MINUTES=$${SOAK_MINUTES:-10} $(BIN)/pytest -s -p no:xdist -m soak tests/faults

check: lint types architecture ## lint, types, architecture

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check --no-cache .
	$(BIN)/ruff format --no-cache --check .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

architecture: $(VENV)/.installed-dev
	$(BIN)/lint-imports

fmt: $(VENV)/.installed-dev ## format and mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: ## renew the hashed locks (needs uv on PATH)
	uv pip compile pyproject.toml --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links -o requirements.lock
	uv pip compile pyproject.toml --extra dev -c requirements.lock --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links -o requirements-dev.lock
