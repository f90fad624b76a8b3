# All targets install into .venv and .cache. They need Python and make, and some need Node.
# The commands of a target also work without make: see `make -n TARGET`.
PYTHON ?= python3
# The folder of commands in a virtual environment.
SCRIPTS = $(if $(filter Windows_NT,$(OS)),Scripts,bin)
BIN = .venv/$(SCRIPTS)
NODE = tests/node/node_modules/.installed
INSPECTOR = tests/node/mcp/node_modules/.installed
GENERATE = $(BIN)/python scripts/generate.py $(if $(SPEC),--spec "$(SPEC)") $(if $(OUTPUT),--output "$(OUTPUT)")
# Dependency groups (PEP 735) are in pyproject.toml, and pinned versions of tools in the constraints.
PINS = pyproject.toml scripts/constraints.txt scripts/install.py

# Markers of pyproject.toml select the tests of each target. `make test` runs fewer random examples than `make check`.
IN_PARALLEL = -n auto --maxprocesses=8 --dist=worksteal
NIGHTLY = load or growth or contract or browser or corpus or django_site or bulk or celery or mcp or cli
QUICK = $(IN_PARALLEL) -p no:tests.leaks -m "not (slow or alone or $(NIGHTLY))"
BRIEFLY = EXAMPLES=25 SCHEDULES=200
export MATRIX
COVERED = COVERED=1 .cache/check/$(SCRIPTS)/python -m
PROGRAMS = $(addprefix .cache/,$(addsuffix /.installed,audit schemathesis vendor legacy tools servers))
LINTED = scripts integry tests examples hatch_build.py

.PHONY: help demo demo-django sandbox test check covered ordinary django nightly contract django-site bulk celery frameworks mcp \
	cli growth load corpus generate check-generated lint words docs docs-serve pictures django-pictures audit node chromium nginx \
	vendor legacy tools servers schemathesis wheel bench fuzz debian-pythons matrix update release clean

help: ## Show the targets.
	@awk 'BEGIN { FS = ":.*## " } /^##@ / { print "\n" substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' Makefile

##@ First day

demo: $(BIN)/.demo ## Demonstrate the SDK with a sandbox (3 s); LIVE=1: with your account, read-only.
	@$(BIN)/python scripts/demo.py $(if $(LIVE),--live)

demo-django: .cache/django-site/.installed ## Serve the Django example until Ctrl-C; ARGS="--port 8001".
	@.cache/django-site/$(SCRIPTS)/python scripts/demo_django.py $(ARGS)

sandbox: $(BIN)/.demo ## Serve the sandbox until Ctrl-C; ARGS="--port 8485 --db FILE" for options.
	@$(BIN)/python -m integry.sandbox $(ARGS)

test: $(BIN)/.tests ## Run the quick tests (90 s on two cores).
	@echo "Running the quick tests, which takes 90 seconds on two cores."
	@$(BRIEFLY) $(BIN)/python -m pytest $(QUICK)

check: lint check-generated docs wheel covered ordinary ## Check a change before it is merged (Node; 12 min on two cores).

##@ Generator

generate: $(BIN)/.tests ## Generate generated/ from openapi.yaml (5 s); SPEC=document OUTPUT=folder.
	$(GENERATE)

check-generated: $(BIN)/.tests ## Fail if generated/ is not up to date with openapi.yaml (5 s).
	@$(GENERATE) --check || { echo "Run make generate, and commit generated/."; exit 1; }

##@ Quality

# Linters that need Node come last, so that the others run without it.
lint: $(BIN)/.lint words ## Lint and type-check the code and openapi.yaml (Node at the end; 1 min).
	$(BIN)/ruff check $(LINTED)
	$(BIN)/ruff check --select S generated
	$(BIN)/ruff format --check $(LINTED)
	$(BIN)/mypy scripts/generate.py scripts/demo.py scripts/demo_steps.py scripts/demo_django.py generated integry tests/typing/facade.py tests/typing/client.py
	$(BIN)/openapi-spec-validator openapi.yaml
	@scripts/need.sh node "pyright and Redocly; all other linters passed"
	$(BIN)/pyright
	@$(MAKE) --no-print-directory $(NODE)
	REDOCLY_TELEMETRY=off tests/node/node_modules/.bin/redocly lint --config scripts/redocly.yaml openapi.yaml

words: $(BIN)/.lint ## Check the spelling, and for words to avoid (2 s).
	$(BIN)/codespell
	$(BIN)/python scripts/words.py

covered: .cache/check/.installed $(NODE) ## Run the tests of `make check` with coverage (Node; 8 min on two cores).
	@echo "Running the tests with coverage and the watch for secrets, which takes 8 minutes on two cores."
	$(COVERED) coverage erase
	$(COVERED) pytest $(IN_PARALLEL) -m "not (alone or forks or $(NIGHTLY))"
	$(COVERED) pytest -m "alone and not ($(NIGHTLY))"
	.cache/check/$(SCRIPTS)/python -m pytest -m "forks and not ($(NIGHTLY))"
	$(COVERED) coverage combine --quiet
	$(COVERED) coverage report

# Each environment has a version of Django, and the packages that tests/django needs.
DJANGOS = 3.8-4.2 3.10-5.2 3.12-6.0 3.12-6.1 3.13-6.1

django: $(DJANGOS:%=.cache/django/%/.installed) ## Test the Django app with Django 4.2 on 3.8 to 6.1 on 3.13 (Pythons; 2 min).
	@for each in $(DJANGOS); do \
		echo "Python $${each%-*}, Django $${each#*-}:"; \
		$(BRIEFLY) .cache/django/$$each/$(SCRIPTS)/python -m pytest -n 2 -q -p no:tests.leaks tests/django \
			tests/examples/test_examples.py::test_django_passes_its_tests || exit 1; \
	done

ordinary: $(BIN)/.tests ## Run the quick tests with the fast path switched off (1 min).
	INTEGRY_FAST_PATH=0 $(BRIEFLY) $(BIN)/python -m pytest $(QUICK) -m "not (fast or slow or alone or $(NIGHTLY))" \
		tests/facade tests/robustness tests/secrecy

docs: .cache/docs/.installed ## Build the documentation into site/, and check its links (Python 3.12; 1 min).
	NO_MKDOCS_2_WARNING=1 .cache/docs/$(SCRIPTS)/mkdocs build --quiet --clean
	.cache/docs/$(SCRIPTS)/python scripts/check_site.py

docs-serve: .cache/docs/.installed ## Show the documentation at http://127.0.0.1:8000/ until Ctrl-C.
	NO_MKDOCS_2_WARNING=1 .cache/docs/$(SCRIPTS)/mkdocs serve

pictures: $(BIN)/.pictures ## Write the badges and the picture of the demo into docs/images/ (5 s).
	$(BIN)/python scripts/pictures.py

django-pictures: $(BIN)/.tests $(NODE) .cache/django-site/.installed chromium ## Write pictures of the Django example.
	PICTURES=1 $(BIN)/python -m pytest -q -m django_site tests/django_site/test_visit.py

wheel: $(BIN)/.wheel ## Build sdist and wheel into dist/, and check that they work (1 min).
	$(BIN)/python scripts/wheel.py

audit: .cache/audit/.installed ## Check the package's dependencies for known vulnerabilities (network; 10 s).
	.cache/audit/$(SCRIPTS)/python scripts/audit.py

##@ Long

nightly: contract django-site growth load bulk celery frameworks mcp cli corpus fuzz audit matrix ## Run the tests that `make check` leaves out (root; 1 h).

contract: $(BIN)/.tests $(NODE) $(PROGRAMS) chromium nginx ## Test with Prism, Chromium, nginx, other SDKs (Node, root; 5 min).
	$(BIN)/python -m pytest -m "contract or browser"

django-site: $(BIN)/.tests $(NODE) .cache/django-site/.installed chromium ## Test the Django example (Node, root; 1 min).
	$(BIN)/python -m pytest -m django_site tests/django_site

growth: $(BIN)/.tests ## Test that time is linear in the size of hostile input (2 min).
	$(BIN)/python -m pytest -m growth

bulk: $(BIN)/.tests ## Test integry.bulk with killed processes, full disks and a million calls (2 min).
	$(BIN)/python -m pytest -p no:tests.leaks -m bulk tests/bulk

# The tests need no fixture of tests/conftest.py, whose libraries these environments do not have.
CELERY_TESTS = -m pytest --noconftest -p tests.celery.conftest -p no:cacheprovider -m celery -s
CELERY_COVERAGE = .cache/celery-newest/$(SCRIPTS)/python -m coverage
celery: .cache/celery-newest/.installed .cache/celery-legacy/.installed ## Test integry.celery with Redis and killed workers (root; 3 min).
	@scripts/need.sh --debian redis-server redis-server "the tests of integry.celery"
	CALLS=1000 .cache/celery-legacy/$(SCRIPTS)/python $(CELERY_TESTS) -k "not rate" tests/celery
	COVERAGE_FILE=.cache/celery-newest/.coverage COVERAGE_CORE=ctrace $(CELERY_COVERAGE) run --rcfile=tests/celery/coveragerc $(CELERY_TESTS) tests/celery/test_celery.py
	COVERAGE_FILE=.cache/celery-newest/.coverage $(CELERY_COVERAGE) report --rcfile=tests/celery/coveragerc
	.cache/celery-newest/$(SCRIPTS)/python $(CELERY_TESTS) tests/celery/test_proofs.py

load: $(BIN)/.tests ## Run the load test: 100,000 calls of 64 threads, with faults (2 min).
	CALLS=100000 $(BIN)/python -m pytest $(addprefix tests/robustness/test_,load.py close.py fork.py interrupts.py)

cli: $(BIN)/.tests ## Test the command integry in tmux, bash, zsh and fish (root; 1 min).
	@for program in tmux zsh fish jq; do scripts/need.sh --debian $$program $$program "the tests of the command" || exit 1; done
	$(BIN)/python -m pytest $(IN_PARALLEL) -m cli tests/cli tests/docs

corpus: $(BIN)/.tests ## Test clients of 55 OpenAPI documents (Node; 20 min); CORPUS=quick: small ones.
	$(BIN)/python -m tests.generator.corpus
	CORPUS=$(CORPUS) $(BIN)/python -m pytest $(IN_PARALLEL) --dist=loadscope -p no:tests.leaks -m corpus \
		tests/generator/test_corpus.py tests/generator/tasks

fuzz: .cache/fuzz/.installed ## Run the fuzzer (Python 3.12; 1 min); ARGS="--seconds 600 answers".
	@.cache/fuzz/$(SCRIPTS)/python scripts/fuzz.py $(ARGS)

schemathesis: $(BIN)/.tests .cache/schemathesis/.installed ## Test the sandbox against openapi.yaml (Python 3.12; 2 min).
	$(BIN)/python -m pytest tests/contract/test_schemathesis.py

frameworks: .cache/uv/.installed ## Test the adapters of agent frameworks (3 min); NAMES=langchain LATEST=1.
	@.cache/uv/$(SCRIPTS)/python scripts/frameworks.py --uv .cache/uv/$(SCRIPTS)/uv \
		--python "$$(scripts/python.sh 3.12 "the tests with agent frameworks")" \
		$(if $(LATEST),--latest) $(if $(UPDATE),--update) $(NAMES)

mcp: .cache/mcp/.installed $(INSPECTOR) ## Test the MCP server with clients and the inspector (Python 3.12, npm; 1 min).
	@rm -f .cache/mcp/.coverage*
	.cache/mcp/$(SCRIPTS)/python -m coverage run --rcfile=tests/mcp/coverage.ini -m pytest $(IN_PARALLEL) -p no:tests.leaks tests/mcp tests/tools/test_mcp.py
	@.cache/mcp/$(SCRIPTS)/python -m coverage combine --rcfile=tests/mcp/coverage.ini --quiet
	.cache/mcp/$(SCRIPTS)/python -m coverage report --rcfile=tests/mcp/coverage.ini

matrix: wheel $(BIN)/.matrix ## Test the wheel on all Pythons (30 min); MATRIX="3.8-lowest 3.15-newest".
	PATH="$$(printf '%s:' $$HOME/.pyenv/versions/3.*/bin)$$PATH" $(BRIEFLY) \
		$(BIN)/python -m nox --noxfile scripts/noxfile.py --envdir $(CURDIR)/.cache/nox $(ARGS) -- $(QUICK)
	[ ! -e .cache/debian ] || $(BRIEFLY) scripts/debian_pythons.sh run sh -c '\
		[ -e .cache/debian-nox/bin/nox ] || (python3.15 -m venv .cache/debian-nox && .cache/debian-nox/bin/python scripts/install.py matrix); \
		.cache/debian-nox/bin/nox --noxfile scripts/noxfile.py --envdir $(CURDIR)/.cache/debian-nox/sessions $(ARGS) -- "$$@"' - $(QUICK)

bench: .cache/bench/tool/.installed ## Run the benchmark (Python 3.12; 10 min); ARGS=--quick for a smoke test.
	@PYTHONPATH=scripts .cache/bench/tool/$(SCRIPTS)/python -m bench $(ARGS)

##@ Set-up and releases

node: $(NODE) ## Install Prism, Redocly, OpenAPI documents and the browser SDK from npm (30 s).

chromium: ## Install Chromium from Debian, for the tests in a browser (root; 1 min).
	@scripts/need.sh --debian chromium chromium "the tests in a browser"

nginx: ## Install nginx from Debian, for tests with nginx as a proxy (root; 10 s).
	@PATH="$$PATH:/usr/sbin" scripts/need.sh --debian nginx-light nginx "the tests behind nginx"

vendor: .cache/vendor/.installed ## Install the vendor's SDK, to test the sandbox with it (Python 3.12; 10 s).

tools: .cache/tools/.installed ## Install caches, recorders and tracers, to test with them (Python 3.12; 30 s).

legacy: .cache/legacy/.installed ## Install Django 4.2 and old libraries, for tests with them (Python 3.8; 20 s).

servers: .cache/servers/.installed ## Install FastAPI and Django REST framework (Python 3.12; 20 s).

debian-pythons: ## Install Python 3.14 and 3.15 from Debian, for `make matrix` (root; 2 min).
	@scripts/need.sh --debian mmdebstrap mmdebstrap "Python 3.14 and 3.15 from Debian"
	scripts/debian_pythons.sh make

update: .cache/update/.installed ## Raise the pinned versions of the tools, and check them (Node; 15 min).
	.cache/update/$(SCRIPTS)/python scripts/update.py
	$(MAKE) generate check

release: $(BIN)/.tests ## Build, check and tag a release; nothing is uploaded (RELEASING.md; 12 min).
	$(BIN)/python scripts/release.py check
	$(MAKE) check
	$(BIN)/python scripts/release.py tag

clean: ## Delete everything that the other targets installed (5 s).
	rm -rf .venv .cache site tests/node/node_modules tests/node/mcp/node_modules

$(BIN)/.created:
	@scripts/python.sh check $(PYTHON)
	$(PYTHON) -m venv .venv
	@touch $@

$(BIN)/.demo: $(BIN)/.created $(PINS)
	$(BIN)/python scripts/install.py demo
	@touch $@

$(BIN)/.tests: $(BIN)/.created $(PINS)
	$(BIN)/python scripts/install.py dev
	@touch $@

$(BIN)/.lint: $(BIN)/.tests
	$(BIN)/python scripts/install.py lint
	@touch $@

$(BIN)/.wheel $(BIN)/.matrix $(BIN)/.pictures: $(BIN)/.%: $(BIN)/.tests
	$(BIN)/python scripts/install.py $*
	@touch $@

# Other virtual environments. $(call ENVIRONMENT,PYTHON,PURPOSE,GROUP) creates one with a version of Python and installs
# a dependency group. The purpose is shown if this version of Python is missing.
define ENVIRONMENT
@python="$$(scripts/python.sh $(1) "$(2)")" && "$$python" -m venv --clear $(@D)
$(@D)/$(SCRIPTS)/python scripts/install.py $(3)
@touch $@
endef

.cache/check/.installed: $(PINS)
	$(call ENVIRONMENT,newest,the tests with coverage,dev)

.cache/tools/.installed: $(PINS)
	$(call ENVIRONMENT,3.12,the tests with caches and tracers,tools)

.cache/servers/.installed: $(PINS)
	$(call ENVIRONMENT,3.12,the tests with FastAPI and Django REST framework,servers)

.cache/django/%/.installed: $(PINS)
	@python="$$(scripts/python.sh $(firstword $(subst -, ,$*)) "the tests of the Django app")" && "$$python" -m venv --clear $(@D)
	$(@D)/$(SCRIPTS)/python scripts/install.py django-app
	$(@D)/$(SCRIPTS)/python -m pip install --quiet "Django==$(lastword $(subst -, ,$*)).*"
	@touch $@

.cache/docs/.installed: $(PINS)
	$(call ENVIRONMENT,3.12,the documentation,docs)

.cache/vendor/.installed: $(PINS)
	$(call ENVIRONMENT,3.12,the tests with the vendor's SDK,vendor-sdk)

.cache/celery-newest/.installed: $(PINS)
	$(call ENVIRONMENT,newest,the tests with Celery,celery)

.cache/celery-legacy/.installed: $(PINS)
	$(call ENVIRONMENT,3.8,the tests with Celery 5.5,celery-legacy)

.cache/legacy/.installed: $(PINS)
	$(call ENVIRONMENT,3.8,the tests with legacy Django,legacy)

.cache/django-site/.installed: $(PINS)
	$(call ENVIRONMENT,newest,the Django example site,django-site)

.cache/audit/.installed: $(PINS)
	$(call ENVIRONMENT,3.12,make audit,audit)

.cache/bench/tool/.installed: $(PINS)
	$(call ENVIRONMENT,3.12,make bench,bench)

.cache/fuzz/.installed: $(PINS)
	$(call ENVIRONMENT,3.12,make fuzz,fuzz)

.cache/schemathesis/.installed: $(PINS)
	$(call ENVIRONMENT,3.12,the tests with Schemathesis,schemathesis)

.cache/uv/.installed: $(PINS)
	$(call ENVIRONMENT,3.12,the tests with agent frameworks,frameworks)

.cache/mcp/.installed: $(PINS)
	$(call ENVIRONMENT,3.12,the tests of the MCP server,mcp)

.cache/update/.installed: $(PINS)
	$(call ENVIRONMENT,3.12,make update,update)

$(NODE): tests/node/package-lock.json
	@scripts/need.sh npm "Prism, Redocly and the vendor's browser SDK"
	npm ci --prefix tests/node
	@touch $@

$(INSPECTOR): tests/node/mcp/package-lock.json
	@scripts/need.sh npm "MCP's inspector, and a Node of its own"
	npm ci --prefix tests/node/mcp
	@touch $@
