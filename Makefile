# Two commands set up and do everything on a fresh machine: `make pack` and `make test`.
PYTHON := .venv/bin/python
STUDYPACK := .venv/bin/studypack
SET_UP := pyproject.toml constraints.txt scripts/set-up

.PHONY: pack test lint bench bench-classes bench-imports soak format schema previews import-pictures goldens clean

pack: .venv/.ready
	$(STUDYPACK) build

test: .venv/.ready-dev lint
	$(PYTHON) -m pytest -n 2 --dist worksteal -q

lint: .venv/.ready-dev
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports --no-logo
	$(PYTHON) -m codespell_lib --toml pyproject.toml

# Speed and memory as ratios within one run; `make bench SIZES=100` is shorter (tests/benchmarks, docs/performance.md).
SIZES := 100 400 1000
bench: .venv/.ready
	$(PYTHON) -m tests.benchmarks $(SIZES)

# Exams and batches of 30 and of 300, in the pool and on a local cluster (docs/performance.md); takes about half an hour.
bench-classes: .venv/.ready-dev
	$(PYTHON) -m tests.benchmarks.classes 30 300

# Large files to import (docs/performance.md); takes about a minute.
bench-imports: .venv/.ready-dev
	$(PYTHON) -m tests.benchmarks.importing

# The long runs: 50 builds killed at random moments, 10,000 cases of random content, large sets (docs/limits.md).
soak: .venv/.ready-dev
	$(PYTHON) -m tests.soak

format: .venv/.ready-dev
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .

# These regenerate files that are committed; tests compare them.
schema: .venv/.ready
	$(PYTHON) -m scripts.write_schema

previews: .venv/.ready-dev
	$(PYTHON) -m scripts.write_previews

import-pictures: .venv/.ready
	$(PYTHON) -m scripts.write_import_pictures

goldens: .venv/.ready-dev
	$(PYTHON) -m tests.goldens

.venv/.ready: $(SET_UP)
	sh scripts/set-up

.venv/.ready-dev: $(SET_UP)
	sh scripts/set-up dev

clean:
	rm -rf .venv out/* build dist
