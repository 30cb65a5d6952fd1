PYTHON ?= python
# Interpreters of environments that have the peers (docs/benchmarks.md); without them posetrail is measured alone.
PEERS ?=
# A real 720p video that the pipelines meet besides the rendered one.
REAL ?= $(wildcard ../shared/data/videos/street_dance.mp4)

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
	$(PYTHON) -m benchmarks.run_all $(REAL:%=--real %) --peers $(PEERS)

growth:
	$(PYTHON) -m benchmarks.growth
