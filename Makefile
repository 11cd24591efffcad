# Everything a person or a CI server starts. System packages: bin/packages-*.txt. Python packages: requirements*.txt.

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

VAR ?= var
export KAIBAN_VAR := $(abspath $(VAR))

KAIBAN := .venv/bin/kaiban
PYTHON_IN_VENV := .venv/bin/python

.PHONY: help
help: ## this list
	@echo "make TARGET"
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16
	@echo "Settings: VAR=directory for databases and packages (var), PYTHON=a Python 3.11 or newer"

.PHONY: run
run: setup ## set everything up, start the demo city, print its address and logins
	@$(KAIBAN) db upgrade
	@exec $(KAIBAN) demo

.PHONY: demo
demo: setup ## open one company through all six departments; PDF and ZIP under var/packages/
	@$(KAIBAN) demo --once

.PHONY: day
day: setup ## play a bad Monday with people who act, in some ten minutes; p pauses, s steps, r rewinds
	@exec $(KAIBAN) demo --day bad-monday

.PHONY: test
test: setup-dev ## everything CI runs: lint, format, types, imports, tests
	@bin/check

.PHONY: test-wide
test-wide: setup-dev ## the combinations that make test leaves out; before a release, and after what they may concern
	@$(PYTHON_IN_VENV) -m pytest -n 3 --dist worksteal -m "wide and not campaign"

.PHONY: bench
bench: setup-dev ## measure, print a table, write var/bench.json; ONLY=name for one row, ONLY=peers for what others take
	@bin/system-packages peers && bin/venv peers
	@$(PYTHON_IN_VENV) -m tests.bench $(if $(ONLY),--only $(ONLY))

.PHONY: faults
faults: setup-dev ## the fault campaigns: killed processes, lost replies, full disks; CASES=6 STRIKES=2 for a look
	@$(PYTHON_IN_VENV) -m pytest -v -n 2 --dist worksteal -m campaign tests/faults $(if $(CASES),--cases $(CASES)) $(if $(STRIKES),--strikes $(STRIKES))

.PHONY: pictures
pictures: setup-dev ## take the pictures of everybody's first page, and of a case at the window, anew, into docs/images/
	@$(PYTHON_IN_VENV) -m tests.pictures

.PHONY: lock
lock: setup-dev ## compile the hash-locked requirement files; OPTIONS=--upgrade for newer versions
	@bin/lock $(OPTIONS)

.PHONY: texts
texts: setup-dev ## bring the English catalogue up to date and name what it lacks
	@$(PYTHON_IN_VENV) bin/texts.py && bin/assets dev

.PHONY: format
format: setup-dev ## put the code into the house format, mend what ruff can mend
	@.venv/bin/ruff check --fix-only --quiet .
	@.venv/bin/ruff format .

.PHONY: clean
clean: ## remove what set-up and tools made; var/ with its cases stays
	rm -rf .venv node_modules kaiban/static/toolkit build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: setup
setup: ## system packages, .venv and the pages' toolkit for running (run and demo call it)
	@bin/system-packages runtime
	@bin/venv runtime
	@bin/assets runtime

.PHONY: setup-dev
setup-dev: ## the same with the tools for tests (test and the rest call it)
	@bin/system-packages runtime test
	@bin/venv dev
	@bin/assets dev
