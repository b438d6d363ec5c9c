# Everything lives inside the checkout: uv in .tools, the environment in .venv, downloads in .cache.
UV_VERSION := 0.13.8
PYTHON ?= python3
export UV_CACHE_DIR ?= $(CURDIR)/.cache/uv
export UV_PROJECT_ENVIRONMENT := $(CURDIR)/.venv
# Compiled modules are kept, whatever the machine says: each step is a process and imports anew.
export PYTHONDONTWRITEBYTECODE :=
UV := .tools/bin/uv
RUN := $(UV) run --no-sync
# What a step, the embedded warehouse and the scoring server need; no Pulumi, no cloud SDK.
LOCAL := --extra snowflake --extra serve --extra local

# What `make security` brings besides what setup does: security/<name>.in.
SCANNERS := checkov detect-secrets

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-local test check format golden browser tools apiserver-tools apiserver security scans-page \
	second-opinions security-lock stack-preview stack-up stack-audit wheels image signed-in linked clean fuzz fuzz-api \
	fuzz-rows faults-pipeline cases flows samples az book

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 18

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Roastery needs Python 3.11 or newer; $(PYTHON) is older. Say which to use: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv .tools
	.tools/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/.local: $(UV) pyproject.toml uv.lock VERSION
	$(UV) sync --locked --quiet --inexact --no-dev $(LOCAL)
	@touch $@

.venv/.all: $(UV) pyproject.toml uv.lock VERSION
	$(UV) sync --locked --quiet --all-extras
	@touch $@ .venv/.local

setup: .venv/.all  ## the whole environment, from the lock file

demo: setup tools  ## the whole platform in the sandbox: deploy, train, promote, ask, report
	$(RUN) roast stack demo

demo-local: .venv/.local  ## the model alone on this laptop: no Pulumi, no cloud SDK
	$(RUN) roast demo

test: setup browser tools apiserver-tools .tools/az/bin/az  ## every test
	$(RUN) pytest -n 2 --dist loadgroup

check: setup  ## lint, types, import boundaries
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) basedpyright
	$(RUN) lint-imports

format: setup  ## rewrite in the house style
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

golden: setup  ## rewrite the golden files; read the difference before committing it
	$(RUN) pytest --update-golden -q

browser: setup  ## a headless browser for the tests
	@$(RUN) python tests/browser/provision.py

tools: setup  ## the pinned Pulumi CLI
	@$(RUN) python -m azsandbox.pulumi.toolchain

apiserver-tools: setup  ## the pinned Kubernetes API server: downloaded, or built with Go (6 minutes)
	@$(RUN) python -m azsandbox.kubernetes.apiserver.install

apiserver: setup tools apiserver-tools  ## prod's manifests, applied twice to a real API server
	$(RUN) roast sandbox up --stack prod
	$(RUN) python -m azsandbox.kubernetes.apiserver --stack prod

fuzz: setup  ## 55,800 generated inputs against the rules of the sandbox (a minute)
	FUZZ_EXAMPLES=600 $(RUN) pytest -q tests/platform/azsandbox/fuzz

fuzz-api: setup  ## 24,000 hostile requests, with and without a token, to the API server (3 to 5 minutes)
	FUZZ_REQUESTS=24000 $(RUN) pytest -q -s tests/platform/azsandbox/fuzz/test_requests.py

SEED ?= 15
fuzz-rows: setup  ## 24,000 tables of sales as CSV and parquet in every dialect (SEED=15; half an hour)
	FUZZ_ROWS=12000 $(RUN) pytest -q -s --timeout 7200 --hypothesis-seed=$(SEED) tests/ml/fuzz/test_rows.py

faults-pipeline: setup  ## kills, full disks, cut connections, damage and twins against the steps (SEED=15; 20 minutes)
	FAULTS_POINTS=14 FAULTS_SEED=$(SEED) $(RUN) pytest -q -s --timeout 7200 tests/ml/faults

flows: setup tools  ## every rule, role and record of prod taken out in turn, and the flows proved again (a minute)
	$(RUN) roast sandbox up --stack prod
	$(RUN) python tests/campaigns/flows/run.py --stack prod

cases: setup tools  ## every case through Pulumi's engine (the tests run a slice)
	CASES_BATCHES=7 $(RUN) pytest -q tests/platform/azsandbox/cases/test_cases_through_the_engine.py

# The examples of Azure's REST specifications, as Bicep; TYPES is a clone of it elsewhere, if there is one.
TYPES ?= .cache/bicep-types-az
TYPES_COMMIT := 1f896de2db966ad91e8f7d7d981e11d32e4f5d8d
samples: setup  ## the specifications' examples through the official clients, against the sandbox
	@test -d "$(TYPES)" || { git clone --quiet --filter=blob:none --no-checkout https://github.com/Azure/bicep-types-az "$(TYPES)" \
		&& git -C "$(TYPES)" fetch --quiet origin $(TYPES_COMMIT); }
	$(RUN) python tests/campaigns/samples/run.py --source "$(TYPES)" --page docs/sandbox-samples.md

# In a project of its own: the stacks of this one are not touched.
AZURE_CLI := 2.91.0
.tools/az/bin/az: $(UV)
	$(UV) venv --quiet --clear --python $(PYTHON) .tools/az
	$(UV) pip install --quiet --python .tools/az/bin/python azure-cli==$(AZURE_CLI)

az: setup .tools/az/bin/az  ## the official Azure CLI, signed in to the sandbox
	@rm -rf .roast/az && mkdir -p .roast/az && printf 'name: az\nruntime: python\n' > .roast/az/Pulumi.yaml
	cd .roast/az && "$(CURDIR)/.venv/bin/azsandbox" exec --api -- "$(CURDIR)/.venv/bin/python" \
		"$(CURDIR)/tests/campaigns/az/run.py" --az "$(CURDIR)/.tools/az/bin/az"

book: setup tools .tools/az/bin/az  ## the lines of docs/deploy.md, and the runbook's with az, in the sandbox (10 minutes)
	$(RUN) pytest -q tests/stacks/bootstrap/test_deploy_page.py

# The real subscription, from inside the VNet: as whoever `az` is signed in as, state where PULUMI_BACKEND_URL says.
# The code is this checkout's, the packages are those of `make setup` or of the runner image.
stack-preview stack-up stack-audit: export PYTHONPATH := $(CURDIR)/platform:$(CURDIR)

# Where Pulumi's Kubernetes provider finds the sign-in to the registry of the charts: in a file, in no state.
stack-preview stack-up stack-audit: export PULUMI_K8S_HELM_REGISTRY_CONFIG_PATH := $(CURDIR)/.roast/helm-registry.json

stack-preview: PREVIEW ?= --diff  # --json, for what counts the changes
stack-preview: signed-in  ## what stack-up would do to STACK, in the real subscription
	pulumi preview --stack "$(STACK)" $(PREVIEW) --non-interactive

stack-up: signed-in  ## bring STACK up in the real subscription, without asking
	pulumi up --stack "$(STACK)" --yes --skip-preview --non-interactive

stack-audit: signed-in  ## compare what is deployed of STACK with program, policies and flows; options in AUDIT
	.venv/bin/roast audit --stack "$(STACK)" $(AUDIT)

signed-in: linked
	@command -v pulumi >/dev/null || { echo "pulumi is not on the PATH: make tools, or use the runner image" >&2; exit 69; }
	@test ! -d stacks/bootstrap || .venv/bin/roast login-registry --stack "$(STACK)" >&2  # older commits have no such registry

linked:
	@test -n "$(STACK)" || { echo "say which stack: make ... STACK=prod" >&2; exit 2; }
	@test -d .venv || test -n "$$ROASTERY_VENV" || { echo "no packages here: make setup, or use the runner image" >&2; exit 2; }
	@test -d .venv || ln -s "$$ROASTERY_VENV" .venv

wheels: $(UV)  ## the wheels of both distributions, in out/wheels
	$(UV) build --quiet --wheel --out-dir out/wheels .
	$(UV) build --quiet --wheel --out-dir out/wheels platform/azsandbox

image:  ## build IMAGE (training, runner), push it to REGISTRY, print its digest
	$(PYTHON) images/build.py "$(IMAGE)" "$(REGISTRY)" --uv $(UV_VERSION) \
		--revision "$$(git rev-parse HEAD)" --report "out/image-$(IMAGE).md"

# One environment each: Checkov brings a fork of detect-secrets that would overwrite it.
.tools/scanners/%/.done: $(UV) security/%.txt
	$(UV) venv --quiet --clear --python $(PYTHON) $(@D)
	$(UV) pip sync --quiet --python $(@D)/bin/python --require-hashes security/$*.txt
	@touch $@

# In a sandbox of their own: the stacks in yours may be older, and are not touched.
security: export AZSANDBOX_DIR := $(CURDIR)/.roast/security
security: setup tools $(SCANNERS:%=.tools/scanners/%/.done)  ## third-party scanners on dev, prod and the repository; to REPORT too
	rm -rf .roast/security
	$(RUN) roast sandbox up --stack dev >/dev/null
	$(RUN) roast sandbox up --stack prod >/dev/null
	$(RUN) python -m roastery.scans --stack dev --stack prod $(if $(REPORT),--markdown "$(REPORT)")

scans-page:  ## the same, and write docs/scans.md
	$(MAKE) security REPORT=docs/scans.md

second-opinions: scans-page  # the former name

security-lock: $(UV)  ## lock the scanners again, after a change of security/*.in
	for scanner in $(SCANNERS); do \
		$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
			--custom-compile-command "make security-lock" security/$$scanner.in -o security/$$scanner.txt || exit; \
	done

clean:  ## remove what make brought
	rm -rf .venv .tools .cache out
