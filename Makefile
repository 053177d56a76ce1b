# Every task of the project. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh
VENV ?= .venv
BIN := $(VENV)/bin
PORT ?= 8000

.PHONY: help demo serve test unit browser check format bench seed schema charts lock clean

help: ## List the tasks
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- environments: made once from the hashed locks, made anew when a lock changes ---

$(VENV)/.run: requirements.lock pyproject.toml
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; python3 is $$(python3 -V)."; exit 1; }
	@test -x $(BIN)/python || python3 -m venv $(VENV) || \
	  { echo "python3 cannot make an environment: install python3-venv."; rm -rf $(VENV); exit 1; }
	@echo "Installing what requirements.lock names …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@echo "Installing what requirements-dev.lock names …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# --- using it ---

demo: $(VENV)/.run ## Bring up everything with the five-year plan, and serve it (PORT=8000)
	@$(BIN)/aid demo --port $(PORT)

serve: $(VENV)/.run ## Serve what is there, without importing anything
	@$(BIN)/aid serve --port $(PORT)

seed: $(VENV)/.run ## Import the shipped plan (again: changes nothing)
	@$(BIN)/aid seed

# --- working on it ---

test: $(VENV)/.dev ## All tests but those in a browser, on the embedded PostgreSQL
	@$(BIN)/python -m pytest -m "not browser" -n auto --dist worksteal

unit: $(VENV)/.dev ## Only what needs no database
	@$(BIN)/python -m pytest tests/unit tests/architecture

browser: $(VENV)/.dev ## Tests in a real Chromium (needs the package chromium and a Chinese font)
	@$(BIN)/python -m pytest tests/browser -n auto --dist worksteal

check: $(VENV)/.dev ## Lint, strict types, import rules, drift of the SDL: quick
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m schema | diff -u schema/schema.graphql - || \
	  { echo "schema/schema.graphql has drifted: run make schema and look at the difference."; exit 1; }

format: $(VENV)/.dev ## Sort imports and mend what ruff can mend
	@$(BIN)/ruff check --fix .

bench: $(VENV)/.dev ## The figures to reach, as ratios within one run (ONLY="pages funds")
	@$(BIN)/python -m bench $(ONLY)

schema: $(VENV)/.run ## Write schema/schema.graphql anew
	@$(BIN)/python -m schema > schema/schema.graphql

charts: ## Build the drawing library of the pages anew (needs npm; dashboards/plotly)
	@place=$$(mktemp -d) && cp dashboards/plotly/* $$place && \
	  (cd $$place && npm ci --ignore-scripts --silent) && \
	  node $$place/build.mjs $(CURDIR)/dashboards/assets/plotly && rm -r $$place

lock: $(VENV)/.dev ## Choose the newest allowed versions and write both locks
	@$(BIN)/python -m pip install --quiet uv
	@for pair in "build requirements.lock" "dev requirements-dev.lock"; do set -- $$pair; \
	  $(BIN)/uv pip compile pyproject.toml --group $$1 --universal --python-version 3.11 --upgrade \
	    --generate-hashes --no-emit-index-url --no-header --quiet -o $$2; done

clean: ## Remove the environment and caches; the data in .aid/ stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
