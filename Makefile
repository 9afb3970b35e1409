# Two commands do everything on a fresh machine: `make pack` and `make test`.
PYTHON := .venv/bin/python
STUDYPACK := .venv/bin/studypack
SET_UP := pyproject.toml constraints.txt scripts/set-up

.PHONY: pack test lint format schema previews clean

pack: .venv/.ready
	$(STUDYPACK) build

test: .venv/.ready-dev lint
	$(PYTHON) -m pytest -n 2 --dist worksteal -q

lint: .venv/.ready-dev
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	$(PYTHON) -m codespell_lib --toml pyproject.toml

format: .venv/.ready-dev
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .

# What is generated and committed: renewed by these, compared by tests.
schema: .venv/.ready
	$(PYTHON) -m scripts.write_schema

previews: .venv/.ready-dev
	$(PYTHON) -m scripts.write_previews

.venv/.ready: $(SET_UP)
	sh scripts/set-up

.venv/.ready-dev: $(SET_UP)
	sh scripts/set-up dev

clean:
	rm -rf .venv out/* build dist
