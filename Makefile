# Coterie. `make` alone prints what there is. Everything works from a clean clone.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup setup-tests demo up seed down status logs restart clock operate archive integrator \
	test test-fast coverage compose-test campaign fuzz restores lint bench costs docs lock reset

PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3)
PY := .venv/bin/python
LOCAL := $(PY) -m deploy.local
PYTEST := $(PY) -m pytest

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 14

setup:  ## install what is missing: Debian packages, .venv (runs before everything else)
	@$(PYTHON) -m deploy.local.bootstrap

setup-tests:  # and the browser that journeys drive
	@$(PYTHON) -m deploy.local.bootstrap --for-tests

demo: setup  ## the whole system on fresh databases, then the example's story; left running
	@$(LOCAL) demo

up: setup  ## start the whole system and keep its data; CORS="https://…" lets more origins call
	@$(LOCAL) up $(if $(CORS),--cors "$(CORS)")

seed: setup  ## start what is missing and grow a circle to look around in; twice makes nothing twice
	@$(PY) -m examples.seed

down: setup  ## stop it; the data stays
	@$(LOCAL) down

status: setup  ## processes, readiness, memory, business time
	@$(LOCAL) status

logs: setup  ## the last log lines; NAME=gateway for one process, ID=… for one request
	@$(LOCAL) logs --name "$(NAME)" --id "$(ID)"

restart: setup  ## stop and start one process: NAME=payments; NAME=payments-2 starts a second one
	@$(LOCAL) restart "$(NAME)"

clock: setup  ## show business time; BY=3d or TO=2026-12-01T09:00 moves it forward
	@$(LOCAL) clock $(if $(BY),--by="$(BY)") $(if $(TO),--to "$(TO)")

operate: setup  ## an operator's command: SERVICE=membership ARGS="create-operator --email …"
	@$(LOCAL) operate $(SERVICE) $(ARGS)

archive: setup  ## move an old trail into a file: SERVICE=payments ARGS="--older-than 1095 --to FILE"
	@$(LOCAL) archive $(SERVICE) $(ARGS)

integrator: setup  ## an integrator's broker account and queue: NAME=acme EVENTS="coterie.membership.#" SCOPES=attendance, REMOVE=1
	@$(LOCAL) integrator "$(NAME)" $(if $(REMOVE),--remove,--events $(EVENTS) --scopes $(SCOPES))

# Every level runs even when one before it failed; no tests found counts as failure. Tests of whole
# processes mostly wait (for leases, delays, outages): three at once, also on two cores. Modules are
# taken in the order of tests/conftest.py, not by their numbers of tests.
test: setup-tests  ## all tests, about a quarter of an hour
	@failed=""; \
	run() { echo; echo "== $$1"; shift; "$$@" || failed=1; }; \
	run "unit, store, contract, architecture" \
	    $(PYTEST) -n 2 tests/unit tests/store tests/contract tests/architecture; \
	run "component, integration, journeys" \
	    $(PYTEST) -n 3 --dist loadfile --no-loadscope-reorder \
	        tests/component tests/integration tests/journeys; \
	run "green" $(PYTEST) -p tests.kit.green tests/green; \
	$(LOCAL) nodes stop --root .local/test; \
	test -z "$$failed"

test-fast: setup  ## unit, contract and architecture tests: no broker, no database
	@$(PYTEST) -n 2 tests/unit tests/contract tests/architecture

coverage: setup  ## lines and branches that unit, store and contract tests run; pages in .local/coverage
	@rm -rf .local/coverage && mkdir -p .local/coverage
	@status=0; \
	$(PY) -m coverage run -m pytest -n 2 tests/unit tests/store tests/contract || status=1; \
	$(LOCAL) nodes stop --root .local/test; \
	$(PY) -m coverage combine -q && $(PY) -m coverage html -q -d .local/coverage/html && \
	    $(PY) -m coverage report || status=1; \
	exit $$status

compose-test: setup  ## the story in containers, some of which die (needs a Docker engine)
	@tests/compose/run.sh

campaign: setup  ## load and faults for MINUTES=30; CLUSTER=1 SEED=… ONLY=words PAUSE=90 BUG=name REPORT=file
	@$(PY) -W ignore -m tests.campaign $(if $(MINUTES),--minutes "$(MINUTES)") \
	    $(if $(CLUSTER),--cluster) $(if $(SEED),--seed "$(SEED)") $(if $(BUG),--bug "$(BUG)") \
	    $(if $(ONLY),--only "$(ONLY)") $(if $(PAUSE),--pause "$(PAUSE)") \
	    $(if $(REPORT),--report "$(REPORT)")

fuzz: setup  ## EXAMPLES=500 requests to every operation as everybody; REPORT=file
	@$(PY) -W ignore -m tests.campaign.described $(if $(EXAMPLES),--examples "$(EXAMPLES)") \
	    $(if $(SEED),--seed "$(SEED)") $(if $(REPORT),--report "$(REPORT)")

restores: setup  ## one database goes back to a copy, then the operators' guide; SERVICE=… REPORT=file
	@$(PY) -W ignore -m tests.campaign.restores $(if $(SERVICE),--service "$(SERVICE)") \
	    $(if $(REPORT),--report "$(REPORT)")

lint: setup  ## style, types, import rules, generated files fresh
	@failed=""; \
	run() { echo "== $$*"; "$$@" || failed=1; }; \
	run .venv/bin/ruff check .; \
	run .venv/bin/ruff format --check .; \
	run .venv/bin/mypy contracts chassis gateway services deploy sandbox clients examples tests; \
	run .venv/bin/lint-imports; \
	run $(PY) -W ignore -m deploy.generate --check; \
	test -z "$$failed"

bench: setup  ## measure; ONLY=name,… for some rows; writes .local/bench.json
	@$(PY) -m tests.bench $(if $(ONLY),--only "$(ONLY)")

costs: setup  ## count what each operation costs and declare that; look at the difference
	@rm -f chassis/costs.toml services/*/costs.toml
	@$(PYTEST) -n 0 -q --write-costs tests/store/*/test_costs.py
	@$(PYTEST) -n 0 -q tests/contract/test_costs.py

docs: setup-tests  ## write the generated reference and clients
	@.venv/bin/uv pip install --quiet --require-hashes -r requirements/docs.txt
	@$(PY) -W ignore -m deploy.generate
	@rm -rf clients/typescript/dist && tsc -p clients/typescript

# dev first; the smaller locks take the same versions from it.
LOCK := .venv/bin/uv pip compile --quiet --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header
lock: setup  ## compile requirements/*.in to hashed locks (needs a package index)
	@$(LOCK) requirements/dev.in -o requirements/dev.txt
	@$(LOCK) requirements/runtime.in -c requirements/dev.txt -o requirements/runtime.txt
	@$(LOCK) requirements/sandbox.in -c requirements/dev.txt -o requirements/sandbox.txt
	@$(LOCK) requirements/docs.in -c requirements/dev.txt -o requirements/docs.txt

reset: setup  ## stop everything and delete the local system's data, logs and secrets
	@$(LOCAL) reset
