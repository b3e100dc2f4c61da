# Two commands do everything: `make serve` and `make test`.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: setup serve build test check lint gold lock clean

setup: $(STAMP)

# The virtual environment with the locked versions; made again when the lock changes. The
# lock names every package, so pip need not look for dependencies: with a requirement that
# names an extra it would take a release newer than the locked one, and refuse it. Whether
# the lock is whole is checked at the end.
$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m pip check --disable-pip-version-check >/dev/null
	touch $(STAMP)

build: $(STAMP)
	$(BIN)/publisher build

serve: build
	$(BIN)/publisher serve --port $(PORT)

test: $(STAMP)
	$(BIN)/python -m pytest

lint: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/codespell

check: lint test

# How well the converter reads the pages, against the annotated standard.
gold: $(STAMP)
	$(BIN)/python -m tests.gold.scoring $(ARGS)

# Pins the newest versions that pyproject.toml allows, with hashes.
lock:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
		--no-annotate --quiet --upgrade --group dev -o requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
