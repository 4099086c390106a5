# make demo: a class graded; make test: the tests. Both make .venv first, once.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint assignments pitfalls bench clean

demo: $(READY)
	$(BIN)/autograder grade tests/classroom --out out/demo --milestone m1 --milestone m2

test: $(READY)
	$(BIN)/python -m pytest -n 2

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

assignments: $(READY)
	$(BIN)/python -m autograder.exchange.assignments

pitfalls: $(READY)
	$(BIN)/python -m tests.mutants.make

bench: $(READY)
	$(BIN)/python -m tests.benchmarks.run

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; name one: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	PIP_CONSTRAINT=constraints.txt $(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $(READY)

clean:
	rm -rf $(VENV) out
