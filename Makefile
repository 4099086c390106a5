# make demo: a class graded; make test: the tests. Both make .venv first, once.
# make evidence: what the reference reaches, then every law on every check; it takes long.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BENCH := $(VENV)/.bench
INSTALL := PIP_CONSTRAINT=constraints.txt $(BIN)/python -m pip install --quiet --disable-pip-version-check
# what a file's tests share is made once; many wait, so two cores take three; long files come first
TESTS := $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

.PHONY: demo test unit lint assignments pitfalls messages pictures evidence diagnosis scale bench clean

demo: $(READY)
	$(BIN)/autograder grade tests/classroom --out out/demo --milestone m1 --milestone m2

test: $(READY)  # compiled once, where a command may not keep what it compiles, too
	$(BIN)/python -m compileall -q autograder
	$(TESTS)

unit: $(READY)  # the quick ones, without the commands as a whole
	$(TESTS) -q tests/unit

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

assignments: $(READY)
	$(BIN)/python -m autograder.exchange.assignments
	$(BIN)/python -m autograder.exchange.comparison

pitfalls: $(READY)
	$(BIN)/python -m tests.mutants.make

diagnosis: $(READY)  # how often the right mistake is named; the first run takes an hour
	$(BIN)/python -m tests.diagnosis.run

messages: $(READY)  # the texts that have translations, into autograder/language/locale
	$(BIN)/python -m tests.languages.make

pictures: $(READY)  # needs Chromium
	$(BIN)/python -m tests.pictures.make

evidence: $(READY)
	$(BIN)/python -m tests.evidence.run
	EVERY_CHECK=1 $(BIN)/python -m pytest -n 2 --dist worksteal -q tests/e2e/test_four_laws.py tests/e2e/test_busy.py tests/e2e/test_nbgrader_cells.py tests/attacks tests/forgeries tests/unit/learning/test_repro.py tests/unit/judge/test_forged_replies.py tests/e2e/test_slim.py

scale: $(READY)  # a class of SCALE=1000, killed and resumed, then on a cluster; that takes an hour
	$(BIN)/python -m tests.scale.run

bench: $(BENCH)
	$(BIN)/python -m tests.benchmarks.run

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; name one: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) -e '.[dev]'
	@touch $(READY)

$(BENCH): $(READY)  # PyTorch is for comparison only: nothing else needs it
	$(INSTALL) -e '.[dev,bench]' && touch $(BENCH) || echo 'no PyTorch here: its rows are left out'

clean:
	rm -rf $(VENV) out
