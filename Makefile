# Needs Python 3.11 or newer, git and make. All else is installed into .venv.

PORT ?= 8000
N ?= 3000
PYTHON ?= $(shell command -v python3.11 || command -v python3)

VENV := .venv
BIN := $(VENV)/bin
# A stamp is named after what was installed: a changed file has no stamp yet.
RUN_STAMP := $(VENV)/run-$(shell git hash-object requirements.txt)
TEST_STAMP := $(VENV)/test-$(shell cat requirements*.txt | git hash-object --stdin)

# Lets Django start for a check, without a .env file and without a database.
FOR_CHECKS := DEBUG=on DATABASE_URL=sqlite://:memory:

.PHONY: help run test lint bench bench-scale pictures roles pins icons

help:
	@echo "make run    build what is missing, serve http://127.0.0.1:$(PORT) (PORT= to change), start a worker"
	@echo "make test   all checks, and the tests on SQLite"
	@echo "make lint   the checks alone"
	@echo "make bench  what reading, rules, importing and the pages cost, on both databases"
	@echo "make bench-scale  what a desk of many trials costs (N=$(N) to change)"
	@echo "make pictures  take the pictures of docs/pictures anew, with Chromium"
	@echo "make roles  write docs/roles.md anew: who may open what"
	@echo "make pins   write requirements*.txt anew from requirements*.in"
	@echo "make icons  write the icon font anew, after the menu or the theme has changed"

run: $(RUN_STAMP) .env
	$(BIN)/python manage.py migrate --verbosity 0
	$(BIN)/python manage.py import_trials fixtures/pages
	$(BIN)/python manage.py create_demo_accounts
	@# The worker ends with the server, however that ends. Ctrl-C and kill reach the
	@# shell too, which lets the server end before it goes on to the trap.
	@trap : INT TERM; $(BIN)/python manage.py run_jobs & worker=$$!; \
		trap "kill $$worker 2>/dev/null; wait $$worker" EXIT; \
		$(BIN)/python manage.py runserver 127.0.0.1:$(PORT)

test: lint
	DATABASE_URL= $(BIN)/python -m pytest -q -n auto

lint: $(TEST_STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports --no-logo
	$(FOR_CHECKS) $(BIN)/python manage.py makemigrations --check --dry-run

bench: $(TEST_STAMP)
	$(BIN)/python -m benchmarks

bench-scale: $(TEST_STAMP)
	$(BIN)/python -m benchmarks scale --pages $(N)

pictures: $(TEST_STAMP)
	$(BIN)/python -m docs.take_pictures

roles: $(TEST_STAMP)
	DATABASE_URL= $(BIN)/python -m pytest -q curation/tests/test_roles.py --write-roles

PIN := CUSTOM_COMPILE_COMMAND="make pins" $(BIN)/pip-compile --quiet --upgrade \
	--generate-hashes --allow-unsafe --strip-extras \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

pins: | $(BIN)/python
	$(BIN)/python -m pip install --quiet "pip-tools~=7.6"
	$(PIN) --output-file requirements.txt requirements.in
	$(PIN) --output-file requirements-dev.txt requirements-dev.in

icons: $(RUN_STAMP)
	$(BIN)/python -m venv $(VENV)/icons
	$(VENV)/icons/bin/python -m pip install --quiet "fonttools[woff]~=4.68"
	$(VENV)/icons/bin/python -m curation.icons

$(BIN)/python:
	@test -n "$(PYTHON)" \
		&& "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed." >&2; exit 1; }
	@"$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); echo \
		"Python cannot make a virtual environment. On Debian: apt-get install python3-venv" \
		>&2; exit 1; }

$(RUN_STAMP): | $(BIN)/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	@touch $@

$(TEST_STAMP): | $(BIN)/python
	$(BIN)/python -m pip install --quiet --require-hashes \
		-r requirements.txt -r requirements-dev.txt
	@touch $@ $(RUN_STAMP)

.env: | $(BIN)/python
	@$(BIN)/python -m curation.dotenv
