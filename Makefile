# The two commands a newcomer needs are `make demo` and `make test`; each sets itself up.
PYTHON ?= $(firstword $(foreach p,python3.12 python3.11 python3,$(shell $(p) -c 'import sys; sys.exit(not ((3,11) <= sys.version_info < (3,13)))' 2>/dev/null && echo $(p))))
VENV := .venv
BIN := $(VENV)/bin
.DEFAULT_GOAL := help
.PHONY: help demo test lint typecheck audit bench torture clean

$(VENV)/.installed: pyproject.toml
	@test -n "$(PYTHON)" || { echo "viddiff needs Python 3.11 or 3.12 on the PATH (or: make PYTHON=/path/to/python3.12)"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -e '.[dev]'
	@touch $@

demo: $(VENV)/.installed ## Install, draw a pair of clips, compare them and write demo/report.html
	$(BIN)/viddiff demo --out demo

test: $(VENV)/.installed ## Install and run every test
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

lint: $(VENV)/.installed ## Style and complexity
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

typecheck: $(VENV)/.installed ## Static types
	$(BIN)/pyright

audit: $(VENV)/.installed ## Known weaknesses of what is installed, where the advisories can be reached
	$(BIN)/python -m pip install --quiet pip-audit
	$(BIN)/python -m viddiff.evals.audit

bench: $(VENV)/.installed ## Speed, as ratios against peers measured in the same run
	$(BIN)/python -m viddiff.evals.bench

torture: $(VENV)/.installed ## Bad clips, mutations, laws, failing servers, kills, disks, users; at most twenty minutes
	$(BIN)/python -m viddiff.evals.torture

clean: ## Remove what the targets above made
	rm -rf $(VENV) demo build *.egg-info .pytest_cache .ruff_cache .hypothesis

help: ## This list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12
