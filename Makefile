PYTHON ?= python
# Interpreters of environments that have the peers (docs/benchmarks.md); without them posetrail is measured alone.
PEERS ?=

.PHONY: check test bench growth

check:
	ruff check .
	ruff format --check .
	mypy
	lint-imports
	pytest

test:
	pytest

bench:
	$(PYTHON) -m benchmarks.run_all --peers $(PEERS)

growth:
	$(PYTHON) -m benchmarks.growth
