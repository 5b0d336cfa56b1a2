# Everything lives in .venv; `make demo` and `make test` set up a fresh machine by themselves.
PYTHON ?= python3
BIN := .venv/bin
TO ?= demo-out

.PHONY: install demo test browser lint bench bench-scale docs people clean

install: .venv/.installed

.venv/.installed: requirements.lock pyproject.toml tools/install.sh
	PYTHON=$(PYTHON) sh tools/install.sh

demo: install
	$(BIN)/sayso demo --to $(TO)

lint: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint browser
	$(BIN)/pytest -n 2 --dist loadfile --cov --cov-report=term

browser:
	sh tools/install_browser.sh

bench: install
	$(BIN)/python bench/all.py --write docs/benchmarks.md

# An archive that grows to PHOTOS photos, 50,000 if not given; that takes about an hour.
bench-scale: install
	$(BIN)/python bench/growth.py --write docs/benchmarks.md $(if $(PHOTOS),--photos $(PHOTOS))

# The README's pictures, from a demo's output; needs a Chromium.
docs: demo
	$(BIN)/python tools/make_pictures.py $(TO)
	$(BIN)/python tools/make_screens.py --docs

# Pictures of people who do not exist, into build/people/SET: hard, thousand or turns (tools/people/README.md).
people: .venv-people/.installed
	PYTHONPATH=tools .venv-people/bin/python -m people $(or $(SET),hard) $(if $(COUNT),--count $(COUNT)) \
		$(if $(PROCESSES),--processes $(PROCESSES))

.venv-people/.installed: tools/people/requirements.lock
	$(PYTHON) -m venv .venv-people
	.venv-people/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	touch $@

clean:
	rm -rf .venv .venv-people $(TO) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*
