# The workshop's manual. Two commands are all a newcomer needs:
#   make run     whatever is missing is installed; then PostGIS, the demo data and the server start
#   make test    the same, plus what the tests need; then lint and the tests (`make thorough` has more)

PYTHON ?= $(firstword $(foreach python,python3.11 python3.12 python3.13 python3,$(shell command -v $(python))))
BIN = .venv/bin
# Where Python may keep nothing it has compiled, each process compiles all it imports: seconds at every start.
unexport PYTHONDONTWRITEBYTECODE
TOGETHER = -n 3 --dist loadfile --no-loadscope-reorder

.PHONY: run test lint tests thorough faults-quick cite clients schemathesis conformance setup wheel lock schema translations screenshots bench bench-quick clean help

help:            ## say what there is
	@grep -E '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run:             ## install, start PostGIS, load the demo, serve it (PORT, HOST, GEOREGISTER_DATABASE_URL, GEOREGISTER_TODAY)
	@$(PYTHON) scripts/setup.py run
	@exec $(BIN)/georegister demo

test:            ## install, lint, and run the tests
	@$(PYTHON) scripts/setup.py test
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python -m pytest $(TOGETHER)

tests:           ## the tests alone; ARGS are pytest's
	@$(BIN)/python -m pytest $(ARGS)

thorough:        ## the long tests that `make test` has no time for: pages in English, wheels, slow readers
	@$(BIN)/python -m pytest -m "thorough and not fault" $(TOGETHER)

faults-quick:    ## kills and other faults in the midst of work, which `make test` leaves out
	@$(BIN)/python -m pytest tests/faults tests/test_cluster.py -m fault -n 2

cite:            ## the OGC's own conformance tests, by Java 17 and Maven (CITE_JARS: a folder that has them)
	@$(BIN)/python -m pytest tests/cite -m cite -n 0

clients:         ## GDAL, QGIS, OWSLib and geopandas against a server of ours
	@$(BIN)/python -m pytest tests/clients -m clients -n 0

schemathesis:    ## thousands of requests made from the description of the API
	@$(BIN)/python -m pytest tests/contract -m schemathesis -n 0

conformance:     ## run all that proves something (or ARGS), and keep what came of it for the page /conformance
	@$(BIN)/python -m pytest -m proves -n 2 --dist loadfile --proofs=georegister/api/conformance.json $(ARGS)

lint:            ## ruff, ruff format, mypy --strict, import-linter
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports

setup:           ## install what the tests need and start nothing
	@$(PYTHON) scripts/setup.py test

wheel:           ## build dist/georegister-*.whl, which needs no checkout
	@$(PYTHON) scripts/setup.py run
	@$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .
	@ls dist/georegister-*.whl

lock:            ## write requirements/*.txt and package-lock.json anew from what pyproject.toml and package.json ask
	$(PYTHON) -m venv build/lock && build/lock/bin/python -m pip install --quiet uv && build/lock/bin/python scripts/lock.py
	npm install --package-lock-only --ignore-scripts

schema:          ## write migrations/schema.sql anew, for review
	$(BIN)/python scripts/dump_schema.py

translations:    ## bring new texts of the code into the catalogues
	$(BIN)/python scripts/translations.py

screenshots:     ## pictures of every page of tests/looks/pages.toml, at 1280 and 360 px, into build/screenshots
	@$(BIN)/python -m pytest tests/looks -m screenshots -n 0

bench:           ## the measurements of docs/benchmarks.md
	$(BIN)/python -m bench.register_cost
	$(BIN)/python -m bench.loading
	$(BIN)/python -m bench.serving
	$(BIN)/python -m bench.map

bench-quick:     ## that the measurements run, on few plans
	$(BIN)/python -m bench.loading --plans 500 2000
	$(BIN)/python -m bench.map --plans 172 1500 --rounds 1

clean:           ## remove what was built; the data of the private cluster stays
	rm -rf .venv node_modules build dist georegister/maps/static/vendor
