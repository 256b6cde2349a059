# Two commands are enough: `make demo` and `make test`. All others are listed by `make help`.
.DEFAULT_GOAL := help
.PHONY: help demo test check fix setup assets lock bench openapi plugin shots
SET_UP = PYTHON="$(PYTHON)" ./setup.sh
IN_VENV = PATH="$(CURDIR)/.venv/bin:$$PATH"

help: ## list what can be made
	@sed -n 's/^\([a-z]*\): .*## /  make \1|/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-16s %s\n", $$1, $$2 }'

demo: ## set up everything, load the demo shop and serve it (PORT, TONGXIN_DATA, DATABASE_URL)
	@$(SET_UP) demo

test: ## set up everything, then run all tests
	@$(SET_UP) test

check: ## format, ruff, mypy, import contracts, templates, migrations, catalogs, assets
	@$(SET_UP) check

fix: ## repair what the checks can repair by themselves
	@$(SET_UP) fix

setup: ## install and build, without starting anything
	@$(SET_UP) setup

assets: ## build the browser's part
	@$(SET_UP) assets

lock: ## pin the newest versions that fit requirements.in and requirements-dev.in
	@$(IN_VENV) uv pip compile --quiet --upgrade requirements.in -o requirements.lock
	@$(IN_VENV) uv pip compile --quiet --upgrade requirements-dev.in -c requirements.lock -o requirements-dev.lock

bench: setup ## measure everything that docs/performance.md promises
	@$(IN_VENV) tongxin bench $(arguments)

openapi: setup ## approve the API as it is now (docs/openapi.json)
	@$(IN_VENV) APPROVE=1 python -m pytest -q -k approved tests/developers/test_openapi.py

plugin: setup ## begin a plugin: make plugin kind=channel name=letterbox
	@$(IN_VENV) python -m tongxin.project.scaffold --kind "$(kind)" --name "$(name)"

shots: setup ## take pictures of every screen of a running demo into shots/ (only="zh-dark-phone desk")
	@$(IN_VENV) python -m tests.shots $(only)
