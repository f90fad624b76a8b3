# All set-up happens in .venv; only Python and make are needed, and Node for the targets that say so.
PYTHON ?= python3
BIN = .venv/bin
NODE = tests/node/node_modules/.installed
GENERATE = $(BIN)/python scripts/generate.py $(if $(SPEC),--spec "$(SPEC)") $(if $(OUTPUT),--output "$(OUTPUT)")

# The tiers of the tests, by the markers of pyproject.toml. Of what is random, `make test` tries less than `make check`.
IN_PARALLEL = -n auto --maxprocesses=8 --dist=worksteal
NIGHTLY = load or growth or contract or browser
QUICK = $(IN_PARALLEL) -p no:tests.leaks -m "not (slow or alone or $(NIGHTLY))"
BRIEFLY = EXAMPLES=25 SCHEDULES=200
export MATRIX
COVERED = COVERED=1 .cache/check/bin/python -m
PROGRAMS = .cache/audit/.installed .cache/schemathesis/.installed .cache/vendor/.installed .cache/legacy/.installed

.PHONY: help demo sandbox test check covered ordinary nightly contract growth load generate check-generated lint audit node chromium nginx vendor \
	legacy schemathesis wheel bench fuzz debian-pythons matrix clean docs docs-serve

help: ## Show the targets.
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 18

demo: $(BIN)/.demo ## Walk through the SDK against a sandbox; LIVE=1 with your credentials, reading only.
	@$(BIN)/python scripts/demo.py $(if $(LIVE),--live)

sandbox: $(BIN)/.demo ## Serve the sandbox until Ctrl-C; ARGS="--port 8485 --db FILE" for others than the defaults.
	@$(BIN)/python -m integry.sandbox $(ARGS)

test: $(BIN)/.tests ## Run the quick tests: 90 seconds on two cores.
	@echo "Running the quick tests, which takes 90 seconds on two cores."
	@$(BRIEFLY) $(BIN)/python -m pytest $(QUICK)

check: lint check-generated docs wheel covered ordinary ## Check a change: lint, types, wheel, and the tests with coverage (Node; 12 minutes on two cores).

covered: .cache/check/.installed $(NODE) ## Run all tests but those of `make nightly`, on the newest Python, and fail if they do not cover the package.
	@echo "Running the tests with coverage and the watch for secrets, which takes 8 minutes on two cores."
	$(COVERED) coverage erase
	$(COVERED) pytest $(IN_PARALLEL) -m "not (alone or forks or $(NIGHTLY))"
	$(COVERED) pytest -m "alone and not ($(NIGHTLY))"
	.cache/check/bin/python -m pytest -m "forks and not ($(NIGHTLY))"
	$(COVERED) coverage combine --quiet
	$(COVERED) coverage report

ordinary: $(BIN)/.tests ## Run the quick tests of the facade with the fast path switched off.
	INTEGRY_FAST_PATH=0 $(BRIEFLY) $(BIN)/python -m pytest $(QUICK) -m "not (fast or slow or alone or $(NIGHTLY))" \
		tests/facade tests/robustness tests/secrecy

nightly: contract growth load fuzz audit matrix ## Run the tests that `make check` leaves out, and the matrix (root; an hour on two cores).

contract: $(BIN)/.tests $(NODE) $(PROGRAMS) chromium nginx ## Test with Prism, Schemathesis, Chromium, nginx, the vendor's SDKs and legacy Django.
	$(BIN)/python -m pytest -m "contract or browser"

growth: $(BIN)/.tests ## Measure how time grows with the size of hostile input.
	$(BIN)/python -m pytest -m growth

load: $(BIN)/.tests ## Run the load test: 100,000 calls of 64 threads with faults, clients that are closed or forked; two minutes.
	CALLS=100000 $(BIN)/python -m pytest $(addprefix tests/robustness/test_,load.py close.py fork.py interrupts.py)

generate: $(BIN)/.tests ## Make generated/ from openapi.yaml; or SPEC=document OUTPUT=folder for one of your own.
	$(GENERATE)

check-generated: $(BIN)/.tests ## Fail if generated/ is not what openapi.yaml gives.
	@$(GENERATE) --check || { echo "Run make generate, and commit what it wrote."; exit 1; }

lint: $(BIN)/.lint $(NODE) ## Lint and type-check all Python, and lint openapi.yaml (Node).
	$(BIN)/ruff check scripts integry tests examples hatch_build.py
	$(BIN)/ruff check --select S generated
	$(BIN)/ruff format --check scripts integry tests examples hatch_build.py
	$(BIN)/mypy scripts/generate.py scripts/demo.py generated integry tests/typing/facade.py
	$(BIN)/pyright
	$(BIN)/openapi-spec-validator openapi.yaml
	REDOCLY_TELEMETRY=off tests/node/node_modules/.bin/redocly lint --config scripts/redocly.yaml openapi.yaml

docs: .cache/docs/.installed ## Build the documentation into site/ and check its links (Python 3.12, a minute).
	NO_MKDOCS_2_WARNING=1 .cache/docs/bin/mkdocs build --quiet --clean
	.cache/docs/bin/python scripts/check_site.py

docs-serve: .cache/docs/.installed ## Show the documentation at http://127.0.0.1:8000/ while you write.
	NO_MKDOCS_2_WARNING=1 .cache/docs/bin/mkdocs serve

audit: .cache/audit/.installed ## Look for known vulnerabilities in what the core depends on, as it is resolved today.
	.cache/audit/bin/python scripts/audit.py

node: $(NODE) ## Install what comes from npm: Prism, Redocly, big OpenAPI documents, the vendor's browser SDK.

vendor: .cache/vendor/.installed ## Install the vendor's own SDK beside, for the tests with it (Python 3.12).

legacy: .cache/legacy/.installed ## Install what a legacy Django project has, for the tests with it (Python 3.8).

wheel: $(BIN)/.tests ## Build sdist and wheel into dist/, and see that they are whole and work.
	$(BIN)/python -m pip install --quiet build
	$(BIN)/python scripts/wheel.py

bench: .cache/bench/tool/.installed ## Measure the SDK beside other clients (Python 3.12, ten minutes); ARGS=--quick to see whether it works.
	@PYTHONPATH=scripts .cache/bench/tool/bin/python -m bench $(ARGS)

fuzz: .cache/fuzz/.installed ## Look for inputs at which the package fails (Python 3.12, a minute); ARGS="--seconds 600 answers" for longer.
	@.cache/fuzz/bin/python scripts/fuzz.py $(ARGS)

chromium: ## Install Chromium from Debian, for the tests in a browser (root).
	command -v chromium || (apt-get update && apt-get install -y --no-install-recommends chromium)

nginx: ## Install nginx from Debian, for the tests behind it (root).
	command -v nginx || (apt-get update && apt-get install -y --no-install-recommends nginx-light)

schemathesis: $(BIN)/.tests .cache/schemathesis/.installed ## Let Schemathesis look for requests at which the sandbox is not as documented (Python 3.11 or newer).
	$(BIN)/python -m pytest tests/contract/test_schemathesis.py

debian-pythons: ## Install Python 3.14 and 3.15 from Debian's testing suite into .cache/debian, for `make matrix` (root).
	command -v mmdebstrap || (apt-get update && apt-get install -y --no-install-recommends mmdebstrap)
	scripts/debian_pythons.sh make

matrix: wheel ## Run the quick tests on the wheel, on each Python of pyenv, PATH and `make debian-pythons`, with newest and lowest dependencies; MATRIX="3.8-lowest 3.15-newest" for some.
	$(BIN)/python -m pip install --quiet nox
	PATH="$$(printf '%s:' $$HOME/.pyenv/versions/3.*/bin)$$PATH" $(BRIEFLY) \
		$(BIN)/python -m nox --noxfile scripts/noxfile.py --envdir $(CURDIR)/.cache/nox $(ARGS) -- $(QUICK)
	[ ! -e .cache/debian ] || $(BRIEFLY) scripts/debian_pythons.sh run sh -c '\
		[ -e .cache/debian-nox/bin/nox ] || (python3.15 -m venv .cache/debian-nox && .cache/debian-nox/bin/pip install --quiet nox); \
		.cache/debian-nox/bin/nox --noxfile scripts/noxfile.py --envdir $(CURDIR)/.cache/debian-nox/sessions $(ARGS) -- "$$@"' - $(QUICK)

clean: ## Delete what the other targets installed.
	rm -rf .venv .cache site tests/node/node_modules

$(BIN)/python:
	$(PYTHON) -m venv .venv
	$@ -m pip install --quiet --upgrade pip

$(BIN)/.demo: $(BIN)/python scripts/requirements-demo.txt
	$(BIN)/python -m pip install --quiet -r scripts/requirements-demo.txt
	@touch $@

$(BIN)/.tests: $(BIN)/python scripts/requirements-demo.txt tests/requirements.txt scripts/requirements.txt
	$(BIN)/python -m pip install --quiet -r tests/requirements.txt -r scripts/requirements.txt
	@touch $@

$(BIN)/.lint: $(BIN)/.tests scripts/requirements-lint.txt
	$(BIN)/python -m pip install --quiet -r scripts/requirements-lint.txt
	@touch $@

.cache/check/.installed: scripts/requirements-demo.txt tests/requirements.txt scripts/requirements.txt
	"$$(scripts/python.sh newest)" -m venv --clear .cache/check
	.cache/check/bin/python -m pip install --quiet -r tests/requirements.txt -r scripts/requirements.txt
	@touch $@

.cache/vendor/.installed: tests/contract/vendor-requirements.txt
	"$$(scripts/python.sh 3.12)" -m venv .cache/vendor
	.cache/vendor/bin/python -m pip install --quiet -r $<
	@touch $@

.cache/legacy/.installed: tests/contract/legacy-requirements.txt
	"$$(scripts/python.sh 3.8)" -m venv .cache/legacy
	.cache/legacy/bin/python -m pip install --quiet -r $<
	@touch $@

.cache/audit/.installed: scripts/requirements-audit.txt
	"$$(scripts/python.sh 3.12)" -m venv .cache/audit
	.cache/audit/bin/python -m pip install --quiet -r $<
	@touch $@

.cache/docs/.installed: scripts/requirements-docs.txt
	"$$(scripts/python.sh 3.12)" -m venv .cache/docs
	.cache/docs/bin/python -m pip install --quiet -r $<
	@touch $@

.cache/bench/tool/.installed: scripts/bench/requirements.txt scripts/requirements.txt
	"$$(scripts/python.sh 3.12)" -m venv .cache/bench/tool
	.cache/bench/tool/bin/python -m pip install --quiet -r $<
	@touch $@

.cache/fuzz/.installed: scripts/requirements-fuzz.txt scripts/requirements-demo.txt
	"$$(scripts/python.sh 3.12)" -m venv .cache/fuzz
	.cache/fuzz/bin/python -m pip install --quiet -r $<
	@touch $@

.cache/schemathesis/.installed: scripts/requirements-schemathesis.txt
	"$$(scripts/python.sh 3.12)" -m venv .cache/schemathesis
	.cache/schemathesis/bin/python -m pip install --quiet -r $<
	@touch $@

$(NODE): tests/node/package-lock.json
	npm ci --prefix tests/node
	@touch $@
