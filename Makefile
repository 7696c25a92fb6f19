# Weir: every common task, by one name each. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help

DATA ?= data
LISTEN ?= 127.0.0.1:9000
ADMIN_LISTEN ?= 127.0.0.1:9001
VENV ?= .venv
CYCLES ?= 200
RUNS ?= 1000
RELEASE_FLAGS := -c release --static-swift-stdlib
PACKAGES := librocksdb-dev liburing-dev libssl-dev libexpat1-dev pkg-config
TEST_PACKAGES := rclone s3cmd curl make openssl python3-venv e2fsprogs eatmydata
BENCH_PACKAGES := wrk nginx-light fio
# Unit tests that run at the same time. All of them at once starve those that watch the clock.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH ?= 8

.PHONY: help
help: ## List what can be made
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: deps
deps: ## Install the C libraries that the build needs (Debian; asks sudo when not root)
	@./deploy/install-packages $(PACKAGES)

.PHONY: run
run: build ## Build, then serve ./data on 127.0.0.1:9000
	@bin/weir serve --data $(DATA) --listen $(LISTEN) --admin-listen $(ADMIN_LISTEN)

.PHONY: build
build: deps ## Build bin/weir: release, static Swift standard library
	swift build $(RELEASE_FLAGS) --product weir
	@mkdir -p bin && cp -f "$$(swift build $(RELEASE_FLAGS) --show-bin-path)/weir" bin/weir
	@ls -lh bin/weir | awk '{print "bin/weir", $$5}'

.PHONY: unit
unit: deps ## Run the unit tests (debug build)
	swift test --disable-xctest

.PHONY: simulate
simulate: deps ## Run whole stores on a disk that fails (RUNS=1000 of each kind, SEED=n)
	WEIR_SIMULATED_RUNS=$(RUNS) $(if $(SEED),WEIR_SEED=$(SEED)) \
	  swift test --disable-xctest --filter SimulationTests

.PHONY: history
history: RUNS = 100
history: deps ## Run random histories against a model of the past (RUNS=100 of each kind, SEED=n)
	WEIR_HISTORY_RUNS=$(RUNS) $(if $(SEED),WEIR_HISTORY_SEED=$(SEED)) \
	  swift test --disable-xctest --filter ObjectsTests.HistoryTests

.PHONY: asan
asan: export LSAN_OPTIONS = suppressions=$(CURDIR)/Tests/lsan.supp
asan: deps ## Run the unit tests under the address and leak sanitizers, and prove that these find faults
	swift test --disable-xctest --sanitize=address --scratch-path .build/asan
	Tests/canaries address .build/asan

.PHONY: tsan
tsan: export TSAN_OPTIONS = suppressions=$(CURDIR)/Tests/tsan.supp
tsan: deps ## Run the unit tests under the thread sanitizer, and prove that it finds faults
	swift test --disable-xctest --sanitize=thread --scratch-path .build/tsan
	Tests/canaries thread .build/tsan

FUZZ := .build/fuzz
.PHONY: fuzz
fuzz: deps ## Run libFuzzer on every parser, SECONDS=60 each (TARGET=http-head for one)
	# Not --sanitize twice: of two options the compiler takes the last, and nothing would be measured.
	WEIR_FUZZ=1 swift build -c release --sanitize=fuzzer -Xswiftc -sanitize=fuzzer,address -Xcc -fsanitize=address \
	  -Xswiftc -enable-testing --scratch-path $(FUZZ) --product weir-fuzz
	Tests/Fuzz/run $(FUZZ)/release/weir-fuzz $(if $(SECONDS),$(SECONDS),60) $(TARGET)

.PHONY: fuzz-replay
fuzz-replay: ## Run one input again that the fuzzer has kept (TARGET=http-head FILE=...)
	Tests/Fuzz/run $(FUZZ)/release/weir-fuzz replay $(TARGET) $(FILE)

$(VENV)/installed: conformance/requirements.txt
	@./deploy/install-packages $(TEST_PACKAGES)
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -r conformance/requirements.txt
	@touch $@

.PHONY: conformance
conformance: build $(VENV)/installed ## Drive bin/weir with real clients (pytest; ARGS="-k get")
	$(VENV)/bin/python -m pytest conformance -n 2 --dist loadfile -q $(ARGS)

.PHONY: crash
crash: build $(VENV)/installed ## Kill the server CYCLES times and look what is left (POWER_CUT=1, SEED=n, ARGS)
	cd conformance && $(abspath $(VENV))/bin/python -m crash.harness --cycles $(CYCLES) \
	  $(if $(SEED),--seed $(SEED)) $(if $(POWER_CUT),--power-cut) $(ARGS)

.PHONY: crash-million
crash-million: build $(VENV)/installed ## Measure the start after a crash with a million objects
	cd conformance && $(abspath $(VENV))/bin/python -m crash.million $(ARGS)

.PHONY: flow-check
flow-check: build $(VENV)/installed ## Measure flow control under real connections: every combination, 10 s each
	cd conformance && WEIR_FLOW_CHECK=1 $(abspath $(VENV))/bin/python -m pytest flow -q $(ARGS)

.PHONY: flow-cost
flow-cost: build $(VENV)/installed ## Count the instructions that flow control costs a request (needs valgrind)
	@./deploy/install-packages valgrind
	$(VENV)/bin/python conformance/bench/flow_cost.py --weir bin/weir $(ARGS)

.PHONY: dialect-cost
dialect-cost: build $(VENV)/installed ## Count the instructions of S3's requests and OSS's (needs valgrind)
	@./deploy/install-packages valgrind
	$(VENV)/bin/python conformance/bench/dialect_cost.py --weir bin/weir $(ARGS)

.PHONY: lint
lint: ## Check the formatting
	swift format lint --strict -r Sources Tests Package.swift

.PHONY: format
format: ## Format the sources in place
	swift format format -i -r Sources Tests Package.swift

.PHONY: test
test: lint unit conformance ## Everything that must hold: lint, unit tests, conformance
	@echo "All green."

.PHONY: bench
bench: build $(VENV)/installed ## Measure against nginx and the raw disk on this machine; prints ratios
	@./deploy/install-packages $(BENCH_PACKAGES)
	$(VENV)/bin/python conformance/bench/side_by_side.py --weir bin/weir $(ARGS)

.PHONY: clean
clean: ## Remove what was built (keeps ./data)
	rm -rf .build bin $(VENV)
