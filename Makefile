# Everything a user or contributor runs. Nothing but Python (3.11 or later), make and git is needed to start.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q

.PHONY: demo serve test lint types format bench bench-quality bench-office bench-speed fuzz lock system-deps clean

demo: .venv/runtime.stamp ## convert and score a dozen generated documents, twice, and compare
	$(BIN)/docassay demo

serve: .venv/runtime.stamp ## run the server on http://127.0.0.1:8000
	$(BIN)/docassay serve

test: lint types ## run every test that this machine can run; says at the end what was skipped
	$(BIN)/python -m pytest $(PYTEST_OPTIONS)

lint: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/dev.stamp
	$(BIN)/mypy

format: .venv/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/dev.stamp ## measure what docassay adds to the conversions themselves
	$(BIN)/python -m benchmarks.execution

bench-quality: .venv/dev.stamp ## score conversions on documents with known answers (DOCASSAY_BENCH_DATA says where)
	$(BIN)/python -m benchmarks.quality --half both

bench-office: .venv/dev.stamp ## compare office and web conversions with other converters, in time and in what is kept
	$(BIN)/python -m benchmarks.office --peers kreuzberg,markitdown

bench-speed: .venv/dev.stamp ## measure conversions beside raw text extraction, and their memory
	$(BIN)/python -m benchmarks.speed

fuzz: .venv/dev.stamp ## convert 2,000 damaged documents and report what goes wrong
	$(BIN)/python -m benchmarks.fuzz

system-deps: ## install the Debian packages that optional parts use (needs root)
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends tesseract-ocr tesseract-ocr-eng \
		libreoffice-writer-nogui libreoffice-impress-nogui libreoffice-calc-nogui

lock: ## write the hash-locked requirements again (needs uv)
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --group build \
		-o requirements/runtime.txt pyproject.toml
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --group dev \
		-c requirements/runtime.txt -o requirements/dev.txt pyproject.toml

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("docassay needs Python 3.11 or later; say which with make PYTHON=...") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv

.venv/runtime.stamp: requirements/runtime.txt pyproject.toml | .venv/bin/python
	$(PIP) install --require-hashes -r requirements/runtime.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	touch $@

.venv/dev.stamp: requirements/dev.txt pyproject.toml | .venv/bin/python
	$(PIP) install --require-hashes -r requirements/dev.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	touch $@ .venv/runtime.stamp

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache build dist
