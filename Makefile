.PHONY: check test bench

check:
	ruff check .
	ruff format --check .
	mypy
	lint-imports
	pytest

test:
	pytest

bench:
	python benchmarks/tracking.py --data ../shared/data/mot15
