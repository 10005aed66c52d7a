# Everything a fresh clone needs is made here, inside the clone, by pip and uv from the registry
# that pip is set up for. `make demo` and `make test` are the two to know.

SHELL := bash
PYTHON := python3.13
VENV := .venv/bin
PORT ?= 4566
SEED ?= 7
LEADS ?= 2000
export PORT SOURCES SECRETS
export SAM_CLI_TELEMETRY := 0

.PHONY: demo up test prove search browser prove-twin prove-rest lint-translated check build form-script openapi chaos chaos-mutations lock audit bench clean

demo: .sandbox/build/.built  ## every sample lead through the offline twin
	@$(VENV)/leadrelay demo

up: .sandbox/build/.built  ## the offline twin, until Ctrl-C
	@$(VENV)/leadrelay up || test $$? = 130  # as Ctrl-C ends it

test: check  ## linters, types, import contracts, template checks, every test that isn't long
	$(VENV)/python -m pytest --numprocesses 2 -m "not long"
	@echo "  The long proofs (twin, chaos, fuzz, mutations) are for: make prove"

search: .venv/.installed  ## a thousand new examples for every property; says what it found
	$(VENV)/python -m pytest --numprocesses 2 -m "hypothesis and not long" --hypothesis-profile=search

prove: .sandbox/build/.built  ## the tests that are long and prove the whole; see docs/proof.md
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=line prove-twin prove-rest
	@$(MAKE) --no-print-directory chaos-mutations lint-translated

prove-twin: .sandbox/build/.built  # mostly waited for: so the rest runs beside it
	$(VENV)/python -m pytest tests/stack

prove-rest:
	$(VENV)/python -m pytest --ignore tests/stack --ignore tests/browser -m long

browser: .sandbox/build/.built  ## forms in Chromium on the twin, on a bad network; installs Debian's as root
	$(VENV)/python -m pytest tests/browser

check: .venv/.installed .venv-sam/.installed
	$(VENV)/ruff format --check .
	$(VENV)/ruff check .
	$(VENV)/mypy
	$(VENV)/lint-imports
	$(VENV)/cfn-lint template.yaml
	.venv-sam/bin/sam validate --lint --region eu-west-1

lint-translated: .venv/.installed .venv-sam/.installed  # what CloudFormation gets
	@mkdir -p .sandbox
	@.venv-sam/bin/python -P leadrelay_sandbox/translate.py template.yaml > .sandbox/translated.json
	$(VENV)/cfn-lint .sandbox/translated.json

build: .sandbox/build/.built  ## what the twin deploys, proved to be whole

form-script: .venv/.installed  ## what pages load, from form/leadrelay-form.js; a test compares them
	@$(VENV)/python -m leadrelay_sandbox.form_script

openapi: .venv/.installed  ## docs/openapi.json from the code; a test compares them
	@$(VENV)/python -m leadrelay_ops.openapi

records: .venv/.installed  ## docs/records.md from the samples; a test compares them
	@$(VENV)/python -m leadrelay_ops.records

chaos: .venv/.installed .venv-ministack/.installed  ## leads to four CRMs while everything breaks
	@$(VENV)/python -m leadrelay_sandbox.chaos --leads $(LEADS) --seed $(SEED)

chaos-mutations: .venv/.installed .venv-ministack/.installed  ## the proof without a part of the engine
	@for part in look lease sweep reference files steps; do \
	  [ $$part = steps ] && leads=150 || leads=60; \
	  for seed in $(SEED) 1 2 none; do \
	    [ $$seed != none ] || exit 1; \
	    $(VENV)/python -m leadrelay_sandbox.chaos --leads $$leads --seed $$seed --mutate $$part && break; \
	  done \
	done

bench: .sandbox/build/.built  ## writes docs/performance.md, in 25 minutes; PART=time, SCALE=100000
	@$(VENV)/python -m bench $(PART) $(if $(SCALE),--scale $(SCALE))

# ---- set-up: environments made from the pins, each again when its pins change ------------------

UV_VERSION := 0.13.9
UV := .venv-uv/bin/uv
# With bytecode: without it the first run of everything compiles, and where none may be written every.
SYNC = $(UV) pip sync --quiet --compile-bytecode --require-hashes --python

.venv-uv/.installed:
	@echo "  setting up: uv $(UV_VERSION)"
	@$(PYTHON) -m venv .venv-uv
	@.venv-uv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

.venv/.installed: requirements/dev.txt pyproject.toml .venv-uv/.installed
	@echo "  setting up: the developer's environment"
	@test -d .venv || $(UV) venv --quiet --python $(PYTHON) .venv
	@$(SYNC) .venv/bin/python requirements/dev.txt
	@$(UV) pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .
	@touch $@

.venv-%/.installed: requirements/%.txt .venv-uv/.installed
	@echo "  setting up: $*"
	@test -d .venv-$* || $(UV) venv --quiet --python $(PYTHON) .venv-$*
	@$(SYNC) .venv-$*/bin/python requirements/$*.txt
	@touch $@

# ---- build: for this machine, not for Lambda's, so that MiniStack can run it --------------------

SHIPPED := template.yaml $(shell find layers functions events -type f -not -name '*.pyc')

.sandbox/build/.built: $(SHIPPED) .venv/.installed .venv-sam/.installed .venv-ministack/.installed
	@echo "  building (sam build)"
	@mkdir -p .sandbox
	@PATH="$(CURDIR)/.venv-sam/bin:$$PATH" LAYER_PLATFORM=host .venv-sam/bin/sam build --cached \
	  --parallel --region eu-west-1 --build-dir .sandbox/build --cache-dir .sandbox/cache \
	  > .sandbox/build.log 2>&1 || { cat .sandbox/build.log; exit 1; }
	@$(VENV)/python -m leadrelay_sandbox.prove_build .sandbox/build .venv-ministack/bin/python
	@touch $@

LISTS := layers/dependencies/requirements layers/signatures/requirements requirements/dev requirements/sam requirements/ministack

audit: .venv/.installed  ## the pins' known vulnerabilities; what can't be checked fails it too
	@for list in $(LISTS); do \
	  echo "  $$list.txt"; \
	  $(VENV)/pip-audit --strict --disable-pip --require-hashes --progress-spinner off \
	    --requirement $$list.txt || failed="$$failed $$list.txt"; \
	done; \
	test -z "$$failed" || { echo "  vulnerable, or NOT CHECKED as the database knows nothing of it:$$failed"; exit 1; }

lock: .venv-uv/.installed  ## pin anew: requirements/*.in → *.txt
	@for list in $(LISTS); do \
	  $(UV) pip compile --quiet --universal --generate-hashes --python-version 3.13 \
	    --no-emit-index-url --upgrade --custom-compile-command "make lock" $$list.in -o $$list.txt || exit 1; \
	done

clean:
	rm -rf .venv .venv-* .sandbox .aws-sam
