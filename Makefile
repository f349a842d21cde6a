# Everything a person or CI does with this checkout. `make help` lists it.

PYTHON ?= $(shell for candidate in python3 python3.13 python3.12 python3.11; do \
	$$candidate -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null \
	&& echo $$candidate && break; done)
BIN := .venv/bin
INSTALLED := .venv/.installed
BI := .venv-bi/bin
BI_INSTALLED := .venv-bi/.installed
# What Superset 6.1 runs on; uv looks for it, and fetches it where this machine has none.
BI_PYTHON ?= >=3.11,<3.13
# Superset 6.1 came out then, and does not say which later versions of its libraries it can't use.
BI_DATE := 2026-05-31
UV_VERSION := 0.13.9
ARGS ?=
# One more than cores: the longest test waits for a sensor.
WORKERS ?= 3
PYTEST = $(BIN)/pytest --numprocesses $(WORKERS) --durations 20

# Compiled modules start two to three times faster than source.
unexport PYTHONDONTWRITEBYTECODE
export UV_COMPILE_BYTECODE := 1
export PATH := $(CURDIR)/$(BIN):$(PATH)
export DO_NOT_TRACK := 1
export GX_ANALYTICS_ENABLED := false

.DEFAULT_GOAL := help
.PHONY: help up down bi bi-down test test-quick test-full test-bi lint format bench docs constraints clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(INSTALLED): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Turnaround needs Python 3.11, 3.12 or 3.13; none was found on the PATH."; exit 1; }
	@test -x $(BIN)/python || { echo "Creating .venv with $(PYTHON)"; $(PYTHON) -m venv .venv; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"
	$(BIN)/uv pip install --quiet --python $(BIN)/python --constraints constraints.txt --editable '.[dev]'
	@touch $@

up: $(INSTALLED) ## Set up, load the sample, raise alerts, build the views and serve the Dagster UI (ARGS="--once" ends after the summary)
	@$(BIN)/tat up $(ARGS)

down: $(INSTALLED) ## Stop the embedded database
	@$(BIN)/tat down

$(BI_INSTALLED): dashboards/requirements.txt dashboards/constraints.txt | $(INSTALLED)
	@test -x $(BI)/python || $(BIN)/uv venv --quiet --python "$(BI_PYTHON)" .venv-bi
	$(BIN)/uv pip install --quiet --python $(BI)/python --constraints dashboards/constraints.txt --requirements dashboards/requirements.txt
	@touch $@

bi: $(INSTALLED) $(BI_INSTALLED) ## Install Apache Superset, import the dashboards and serve them (ARGS="--port 8090")
	@$(BIN)/tat dashboards start $(ARGS)

bi-down: $(INSTALLED) ## Stop Superset
	@$(BIN)/tat dashboards stop

test: $(INSTALLED) ## Run the tests, each kind of proof at least once (ARGS="-k name" narrows it)
	@$(PYTEST) $(ARGS)

test-quick: $(INSTALLED) ## Run the tests that need no dbt and no process but PostgreSQL
	@$(PYTEST) --quick $(ARGS)

test-full: $(INSTALLED) ## Run every test with all seeds, kills and races
	@$(PYTEST) --full $(ARGS)

test-bi: $(INSTALLED) $(BI_INSTALLED) ## Run the tests of the dashboards in Superset and a browser (minutes)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --constraints constraints.txt --editable '.[dev,bi]'
	@$(BIN)/pytest tests/bi --bi --durations 10 $(ARGS)

lint: $(INSTALLED) ## Check format, types, SQL, the dbt project and the Dagster definitions
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/sqlfluff lint --processes 2 dbt_project/models dbt_project/data-tests/singular
	@$(BIN)/dbt parse --quiet --warn-error --project-dir dbt_project --profiles-dir dbt_project --target prod --target-path target/prod
	@$(BIN)/dbt-bouncer run --config-file dbt-bouncer.yml
	@mkdir -p .turnaround/lint && touch .turnaround/lint/dagster.yaml
	@DAGSTER_HOME=$(CURDIR)/.turnaround/lint $(BIN)/dg check defs

format: $(INSTALLED) ## Rewrite the Python and SQL files in the project's format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@$(BIN)/sqlfluff fix dbt_project/models dbt_project/data-tests/singular

bench: $(INSTALLED) ## Measure ticks, loads and views beside their floors (minutes; ARGS="--levels 100000" is quicker, "--views 1000000" measures views)
	@$(BIN)/python -m benchmarks $(ARGS)

docs: $(INSTALLED) ## Write the dbt docs with lineage to dbt_project/target/prod/static_index.html
	@$(BIN)/tat docs

constraints: $(INSTALLED) ## Resolve the exact versions of every dependency again
	@$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --upgrade \
		--no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet --output-file constraints.txt
	@$(BIN)/uv pip compile dashboards/requirements.txt --universal --python-version 3.11 --upgrade --exclude-newer $(BI_DATE) \
		--no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet --output-file dashboards/constraints.txt

clean: ## Remove the environment, the embedded database and every built file
	@test ! -x $(BIN)/tat || { $(BIN)/tat dashboards stop; $(BIN)/tat down; }
	rm -rf .venv .venv-bi .turnaround .pytest_cache dbt_project/target dbt_project/logs
