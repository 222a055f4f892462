# Every command of this project; `make` alone lists them.
# Settings are given behind the target: make run PORT=8001, make run FRESH=1.

PYTHON_VENV := .venv/bin/python
STAGE ?= prod
export PORT FRESH DYNAMODB_LOCAL

# An option of a command, if its setting is given behind the target; some shells export NAME.
given = $(if $(filter command,$(origin $(1))),$(2) "$($(1))")

.DEFAULT_GOAL := help
.PHONY: help environment run test lint bench package deploy connect stripe issue conformance clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

environment:
	@.ci/environment

run: environment ## start everything on this machine: page, API, AWS, CloudStack (PORT=8000, FRESH=1)
	@$(PYTHON_VENV) -m local.run

test: environment ## lint, types and every test
	@.ci/chromium
	@$(MAKE) --no-print-directory lint
	@$(PYTHON_VENV) -m pytest -n 2 --dist loadgroup $(ARGS)

lint: environment ## ruff and mypy
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy

bench: environment ## measure; prints one line of JSON for each measure
	@$(PYTHON_VENV) -m benchmarks

package: environment ## make the zip and the CloudFormation template (STAGE=prod)
	@$(PYTHON_VENV) -m deployment.package --stage $(STAGE)

deploy: environment ## put a stage on AWS or bring it up to date (STAGE=prod, MAIL_FROM=...)
	@$(PYTHON_VENV) -m deployment.deploy --stage $(STAGE)

connect: environment ## tell a stage on AWS which CloudStack to collect from (ENDPOINT=..., CONNECTION=main)
	@$(PYTHON_VENV) -m deployment.connect --stage $(STAGE) --endpoint "$(ENDPOINT)" \
		$(call given,CONNECTION,--id) $(call given,NAME,--name) \
		$(call given,COLLECT_FROM,--collect-from) $(call given,TIME_ZONE,--time-zone) \
		$(call given,AGGREGATION,--aggregation-minutes) $(call given,TAGS,--tags) \
		$(call given,PAGE_SIZE,--page-size) $(call given,SIGNATURE,--signature)

stripe: environment ## let a stage on AWS take payments by Stripe (STAGE=prod, REMOVE=1 to end it)
	@$(PYTHON_VENV) -m deployment.stripe --stage $(STAGE) $(if $(filter command,$(origin REMOVE)),--remove)

issue: environment ## issue the invoices of a month and check numbers and books (ACCOUNTS=2000)
	@$(PYTHON_VENV) -m local.issue $(call given,ACCOUNTS,--accounts)

conformance: environment ## run the table tests a second time, against DynamoDB Local
	@$(PYTHON_VENV) -m local.conformance

clean: ## remove what the other targets made, the local state included
	@rm -rf .venv .local build .mypy_cache .ruff_cache .pytest_cache .hypothesis
