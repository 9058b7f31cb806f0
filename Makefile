# Every command a person uses; `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

LANDING ?= sample_data
LAKE ?= .lake
ENGINE ?= sail
PAGE ?= studio.html
OUTPUT ?= training
FOLDER ?= studio_jobs
PYTHON3 ?= python3.11

# through the environment, so that no character in them means anything to the shell
export LANDING LAKE ENGINE PAGE OUTPUT ROUNDS SIZES PLOT CUSTOMERS TABLE JOB FOLDER

VENV := .venv
PYTHON := $(VENV)/bin/python
RUNTIME := $(VENV)/runtime.stamp
DEVELOPMENT := $(VENV)/development.stamp
CHECKOV := $(VENV)/checkov.stamp
PIP := $(PYTHON) -m pip install --quiet --disable-pip-version-check --progress-bar off

.PHONY: help run report training-data check test browser lint bench compile draw studio plan apply destroy teardown upload-landing run-workflow athena-check pull-canvas push-canvas rehearse emulator docs tf-test sample-data lock clean

help:  ## List the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## *' '{ printf "  make %-14s %s\n", $$1, $$2 }'

run: $(RUNTIME)  ## Run the five jobs [LANDING=DIR] [ENGINE=sail|spark|sc://HOST:PORT] [LAKE=DIR] [REPORT=0]
	@$(PYTHON) -m scripts.run_jobs --landing "$$LANDING" --lake "$$LAKE" --engine "$$ENGINE" $(if $(filter 0,$(REPORT)),,--report)

report: $(RUNTIME)  ## Write a page about the last run, for a browser [LAKE=DIR]
	@$(PYTHON) -m scripts.report.command --lake "$$LAKE"

training-data: $(RUNTIME)  ## Write the training data in three parts, for a model [LAKE=DIR] [OUTPUT=training]
	@$(PYTHON) -m scripts.training_data --lake "$$LAKE" --output "$$OUTPUT"

check: $(RUNTIME)  ## Run the Athena checks over the lake [LAKE=DIR]
	@$(PYTHON) -m scripts.check_lake --lake "$$LAKE"

test: lint $(CHECKOV) browser  ## Run every test, on both engines, lint and types included
	@$(PYTHON) -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

# on a machine that is there for the tests alone; elsewhere tests that need a browser are skipped where there is none
browser:  ## Install Chromium for the tests, where NO_SKIPS is set and there is none
	@command -v chromium chromium-browser google-chrome >/dev/null || test -z "$$NO_SKIPS" || { apt-get update -q && apt-get install -y -q --no-install-recommends chromium; } >/dev/null

lint: $(DEVELOPMENT)  ## Check style, types and that scripts and canvases agree
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/glue-canvas check studio_jobs

bench: $(RUNTIME)  ## Compare our scripts with hand-written programs [LANDING=DIR] [ROUNDS=N] [SIZES="1 10 100"] [PLOT=FILE]
	@$(PYTHON) -m scripts.bench.compare --landing "$$LANDING" --rounds "$${ROUNDS:-5}" --sizes $${SIZES:-1} $(if $(PLOT),--plot "$$PLOT")

compile: $(RUNTIME)  ## Write studio_jobs/*/*.py anew from their canvases
	@$(VENV)/bin/glue-canvas compile studio_jobs

draw: $(RUNTIME)  ## Draw the canvases, and the jobs and tables between them, anew
	@$(VENV)/bin/glue-canvas draw studio_jobs

studio: $(RUNTIME)  ## Write one page with all canvases, for a browser [PAGE=FILE]
	@$(VENV)/bin/glue-canvas studio studio_jobs --output "$$PAGE"
	@echo "Open $$PAGE in a browser"

plan: $(RUNTIME)  ## Say what Terraform would change in AWS
	@$(PYTHON) -m scripts.terraform plan

apply: $(RUNTIME)  ## Build or change the lakehouse in AWS with Terraform
	@$(PYTHON) -m scripts.terraform apply

destroy: $(RUNTIME)  ## Take the lakehouse in AWS down again
	@$(PYTHON) -m scripts.terraform destroy

teardown: $(RUNTIME)  ## Say what goes, ask, and take the lakehouse in AWS down with its data [YES=1]
	@$(PYTHON) -m scripts.teardown $(if $(YES),--yes)

upload-landing: $(RUNTIME)  ## Put landing files where the deployed jobs read them [LANDING=DIR] [JSON=1]
	@$(PYTHON) -m scripts.upload_landing --landing "$$LANDING" $(if $(JSON),--json)

run-workflow: $(RUNTIME)  ## Run the deployed workflow and watch it [WAIT=0] [RESUME=1] [JSON=1]
	@$(PYTHON) -m scripts.run_workflow $(if $(filter 0,$(WAIT)),--no-wait) $(if $(RESUME),--resume) $(if $(JSON),--json)

athena-check: $(RUNTIME)  ## Run the checks on Athena [TABLE=customer_trusted] [JSON=1]
	@$(PYTHON) -m scripts.athena_check --table "$$TABLE" $(if $(JSON),--json)

pull-canvas: $(RUNTIME)  ## Bring a canvas and its script from AWS [JOB=NAME]
	@test -n "$$JOB" || { echo "Which job? make pull-canvas JOB=NAME"; exit 1; }
	@$(VENV)/bin/glue-canvas pull "$$JOB" --folder "$$FOLDER"

push-canvas: $(RUNTIME)  ## Put a canvas and its script on its job in AWS [JOB=NAME]
	@test -n "$$JOB" || { echo "Which job? make push-canvas JOB=NAME"; exit 1; }
	@$(VENV)/bin/glue-canvas push "$$JOB" --folder "$$FOLDER"

rehearse: $(RUNTIME)  ## Rehearse the whole deployment on this machine [LANDING=DIR] [ENGINE=sail|spark]
	@$(PYTHON) -m scripts.rehearse --landing "$$LANDING" --engine "$$ENGINE" $(if $(JSON),--json)

emulator: $(RUNTIME)  ## Serve AWS on this machine, with a Glue that runs jobs [ENGINE=sail|spark]
	@$(VENV)/bin/glue-emulator --engine "$$ENGINE"

tf-test: $(DEVELOPMENT) $(CHECKOV)  ## Test the Terraform configuration, without AWS
	@$(PYTHON) -m pytest tests/test_terraform.py

docs: $(RUNTIME)  ## Write the parts of the documentation that come from the code anew
	@$(PYTHON) -m scripts.docs.write

sample-data: $(RUNTIME)  ## Write sample_data/ anew [CUSTOMERS=N]
	@$(PYTHON) -m scripts.make_sample_data $(if $(CUSTOMERS),--customers "$$CUSTOMERS") --output sample_data

LOCK := $(VENV)/bin/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate

lock: $(DEVELOPMENT)  ## Write the lock files anew from pyproject.toml
	@echo "checkov>=3,<4" | $(LOCK) - --output-file requirements-checkov.lock
	@$(LOCK) --extra run --extra emulator --extra dev pyproject.toml --output-file requirements-dev.lock
	@$(LOCK) --constraint requirements-dev.lock --extra run --extra emulator pyproject.toml --output-file requirements.lock

clean:  ## Remove the lake, the virtual environment and what was written for people
	@rm -rf .lake training studio.html $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(PYTHON):
	@command -v $(PYTHON3) >/dev/null || { echo "Python 3.11 is needed: install it, or name it with PYTHON3=..."; exit 1; }
	@$(PYTHON3) -m venv $(VENV)

$(RUNTIME): requirements.lock pyproject.toml | $(PYTHON)
	@echo "Installing what the jobs need into $(VENV) (a minute, once) ..."
	@$(PIP) --require-hashes --requirement requirements.lock
	@$(PIP) --no-deps --editable .
	@touch $@

# checkov pins an old boto3, so it lives by itself
$(CHECKOV): requirements-checkov.lock | $(PYTHON)
	@echo "Installing checkov into $(VENV)/checkov ..."
	@$(PYTHON) -m venv $(VENV)/checkov
	@$(VENV)/checkov/bin/python -m pip install --quiet --disable-pip-version-check --progress-bar off --require-hashes --requirement requirements-checkov.lock
	@touch $@

$(DEVELOPMENT): requirements-dev.lock $(RUNTIME)
	@echo "Installing what the tests need into $(VENV) ..."
	@$(PIP) --require-hashes --requirement requirements-dev.lock
	@touch $@
