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
	python -m benchmarks
