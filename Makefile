# A convenience: nothing needs make. The README's commands are what CI runs.
VENV = .venv
GOLDEN = target/make-golden
BENCH_PYTHON = python3

.PHONY: help build test fmt check golden zvf sample bench

help: ## show this
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-8s %s\n", $$1, $$2 }' Makefile

build: ## compile and package, without tests
	mvn -B -ntp -q package -DskipTests

test: ## the Java tests alone
	mvn -B -ntp verify

check: ## all tests, those against zarr-python and tensorstore too (what CI runs)
	./check

fmt: ## format the Java sources
	mvn -B -ntp -q spotless:apply

golden: ## make the golden and the broken stores again (BLOSC_LIB=/path/libblosc.so.1 for the snappy ones)
	rm -rf $(GOLDEN)
	python3 -m venv $(GOLDEN)/venv-v2
	$(GOLDEN)/venv-v2/bin/pip install -q -r interop/requirements-v2.txt
	$(GOLDEN)/venv-v2/bin/python interop/make_fixtures.py v2 $(GOLDEN)/stores
	$(VENV)/bin/python interop/make_fixtures.py v3 $(GOLDEN)/stores
	$(VENV)/bin/python interop/make_fixtures.py bad $(GOLDEN)/bad
	$(VENV)/bin/python interop/make_fixtures.py index $(GOLDEN)/stores
	$(VENV)/bin/python interop/make_archives.py $(GOLDEN)/stores $(GOLDEN)/bad

zvf: ## make the stores of the Zarr Vector Format again (three of 0.7 need another build of zarr-vectors: interop/zvf/README.md)
	rm -rf target/zvf-07 target/zvf-09
	.venv-zvf-07/bin/python interop/zvf/make_fixtures_07.py target/zvf-07
	.venv-zvf-09/bin/python interop/zvf/make_fixtures_09.py target/zvf-09
	python3 interop/zvf/make_archives.py target/zvf-07 rezarr-vectors/src/test/resources/zvf/zvf-07.zip
	python3 interop/zvf/make_archives.py target/zvf-09 rezarr-vectors/src/test/resources/zvf/zvf-09.zip

sample: ## make the bundled sample again
	$(VENV)/bin/python examples/make_sample.py

bench: build ## run the workloads of bench/ beside the peers, an hour or two (see bench/README.md)
	$(BENCH_PYTHON) bench/compare.py make
	$(BENCH_PYTHON) bench/compare.py run --all
