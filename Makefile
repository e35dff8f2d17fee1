# A fresh machine needs Python >= 3.11 and make, nothing else: the rest is installed into .venv or
# built into the cache that all clones share ($XDG_CACHE_HOME/fluxhook).
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
BIN := .venv/bin
VENV := .venv/requirements-dev.txt
FLUXHOOK := $(BIN)/fluxhook
# A run of the tests starts some thousand Python processes; without stored bytecode each compiles all that it imports.
unexport PYTHONDONTWRITEBYTECODE

# Every worker has its own lab and runs whole modules, because the tests of a module share fixtures. One more than there are
# cores of a small machine: tests wait as often as they compute.
WORKERS ?= 3
IN_PARALLEL = -n $(WORKERS) --dist loadscope --no-loadscope-reorder
TEST_LAB ?= .fluxhook/test-lab

.PHONY: help
help: ## Show this help
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

.PHONY: up
up: lab-start ## Start the lab and run `pulumi up` on the stack dev against it
	@$(FLUXHOOK) lab up

.PHONY: demo
demo: $(VENV) ## Push a commit and watch it reach the cluster; needs `make up`
	@$(FLUXHOOK) lab demo

.PHONY: demo-image
demo-image: $(VENV) ## Push an image and watch the bot's commit and the cluster follow; needs `make up`
	@$(FLUXHOOK) lab demo --image

.PHONY: preview
preview: lab-start ## Show what `make up` would change
	@$(FLUXHOOK) lab preview

.PHONY: destroy
destroy: $(VENV) ## Run `pulumi destroy`; the lab keeps running
	@$(FLUXHOOK) lab destroy

.PHONY: down
down: $(VENV) ## Run `pulumi destroy` and stop the lab
	@$(FLUXHOOK) lab down

.PHONY: lab-start
lab-start: $(VENV) ## Start the lab: Kubernetes, Flux, External Secrets, AWS and GitHub
	@$(FLUXHOOK) lab start

.PHONY: lab-stop
lab-stop: $(VENV) ## Stop the lab, and the test lab of `make one`
	@$(FLUXHOOK) lab stop
	@if [[ -e $(TEST_LAB)/lab.json ]]; then FLUXHOOK_LAB_DIR=$(TEST_LAB) $(FLUXHOOK) lab stop; fi

.PHONY: lab-status
lab-status: $(VENV) ## Show the lab's processes, ports and logs
	@$(FLUXHOOK) lab status

.PHONY: test
test: $(VENV) ## Run all tests, the quick ones first; the first run builds the lab's binaries
	@$(FLUXHOOK) lab build
	@$(BIN)/pytest $(IN_PARALLEL)

.PHONY: quick
quick: $(VENV) ## Run `make check` and every test that needs no lab; takes about a minute
	@$(MAKE) -j2 --output-sync=line check quick-tests

.PHONY: quick-tests
quick-tests: $(VENV)
	@$(BIN)/pytest -m quick -n $(WORKERS) --dist worksteal

.PHONY: one
one: $(VENV) ## Run one test: `make one T=test_kms`; its lab keeps running until `make lab-stop`
	@[[ -n '$(T)' ]] || { echo 'name a test: make one T=… with a part of its name or of its file name' >&2; exit 1; }
	@files="$$(find tests -name 'test_*$(T:test_%=%)*.py'; grep -rl --include='test_*.py' 'def .*$(T)' tests || true)"; \
	[[ -n "$$files" ]] || { echo 'no test matches $(T)' >&2; exit 1; }; \
	FLUXHOOK_TEST_LAB=$(TEST_LAB) $(BIN)/pytest -k '$(T)' $$(sort -u <<<"$$files")

.PHONY: bench
bench: up ## Measure the time from push to applied, with and without the webhook; writes docs/latency.md
	@$(BIN)/python -m bench.latency

.PHONY: bench-up
bench-up: $(VENV) ## Measure `make up` with empty caches and with full ones; writes docs/make-up.md
	@$(BIN)/python -m bench.make_up

.PHONY: bench-gate
bench-gate: $(VENV) ## Measure `make quick` and `make test`, with COLD=1 also a fresh clone; writes docs/gate.md
	@$(BIN)/python -m bench.gate $(if $(COLD),--cold)

.PHONY: bench-verbs
bench-verbs: up ## Measure `fluxhook check`, `verify`, `status` for 1 and 50 applications; writes docs/verbs.md
	@$(BIN)/python -m bench.verbs

.PHONY: picture
picture: up ## Run the demo and draw the README's picture of it; writes docs/demo.svg
	@$(BIN)/python -m bench.picture

.PHONY: docs
docs: $(VENV) ## Write Pulumi.yaml and docs/configuration.md from the settings, docs/cli.md from the verbs
	@$(BIN)/python -m settings.documentation
	@$(BIN)/python -m fluxhook.documentation

.PHONY: check
check: $(VENV) ## Check format, lint, types and import rules
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

.PHONY: lock
lock: $(VENV) ## Regenerate the lock files from the .in files
	@for name in requirements requirements-dev policy/requirements; do $(BIN)/pip-compile --quiet --no-strip-extras \
		--allow-unsafe --generate-hashes --no-emit-index-url --no-emit-find-links \
		--no-emit-trusted-host --output-file $$name.txt $$name.in; done

# Updated when the content of the lock file changes, not only its time; .venv's copy of it is written last.
# Updated in place, because a lab may be running from it.
$(VENV): requirements-dev.txt
	@if cmp -s $< $@; then touch $@; exit; fi; \
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'fluxhook needs Python 3.11 or newer, such as: make PYTHON=python3.12 …' >&2; exit 1; }; \
	echo 'installing into .venv, once'; \
	[[ "$$($(BIN)/python -V 2>&1)" = "$$($(PYTHON) -V)" ]] || $(PYTHON) -m venv --clear .venv; \
	$(BIN)/pip install --quiet --require-hashes --no-compile -r $<; \
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .; \
	cp $< $@
