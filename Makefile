# The commands of a developer's day. CMake does the work, see CMakeLists.txt; tools land in build/bin.
#
#   make         builds the compiler, its tools and the runtime
#   make demo    compiles the example model, runs it, prints the result and the latency
#   make test    builds and runs every suite
#   make bench   compares with ONNX Runtime, see bench/README.md; takes flags as BENCH="--peers openvino"
#   make docs    writes the documents that come from the sources into build/docs
#   make sanitize  the lit, unit and error suites under AddressSanitizer and UndefinedBehaviorSanitizer
#   make sanitize-thread  the runtime's unit tests and compiled models under ThreadSanitizer
BUILD ?= build
JOBS ?= $(shell nproc)
CMAKE_FLAGS ?=
SANITIZED := $(BUILD)-sanitized
THREADS := $(BUILD)-threads

LLVM := /usr/lib/llvm-22
CONFIGURE = cmake -G Ninja -S . -DCMAKE_C_COMPILER=clang-22 -DCMAKE_CXX_COMPILER=clang++-22 \
  -DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=lld-22 -DCMAKE_SHARED_LINKER_FLAGS=-fuse-ld=lld-22 \
  -DMLIR_DIR=$(LLVM)/lib/cmake/mlir -DCMAKE_BUILD_TYPE=Release
# Assertions stay: a compiler that continues after one of its own bugs helps nobody. -O1 is enough for our own share of a
# compilation, the rest of it is LLVM's, and builds in half the time.
RELEASE := "-DCMAKE_CXX_FLAGS_RELEASE=-O1 -UNDEBUG" "-DCMAKE_C_FLAGS_RELEASE=-O2 -UNDEBUG"
# Asked when a recipe runs: on a new machine, `deps` has only just installed it.
CONFIGURE += $(if $(shell command -v ccache),-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)

# Clones in different folders share the cache.
export CCACHE_BASEDIR ?= $(CURDIR)
export CCACHE_NOHASHDIR ?= 1
export CCACHE_SLOPPINESS ?= pch_defines,time_macros

.PHONY: all deps configure test demo bench docs venv sanitize sanitize-thread install clean

all: configure
	cmake --build $(BUILD) -j $(JOBS)

deps:
	@sh cmake/install-deps.sh

configure: deps
	@test -f $(BUILD)/build.ninja || $(CONFIGURE) -B $(BUILD) $(RELEASE) $(CMAKE_FLAGS)

# Python packages that tests and benchmarks compare with. What needs them is skipped where they cannot be had.
venv:
	@sh cmake/make-venv.sh

test: all venv
	python3 tests/run.py --build $(BUILD) --jobs $(JOBS)

demo: all
	@sh examples/digits/demo.sh $(BUILD)/bin/ingot

bench: all venv
	.venv/bin/python bench/compare.py --ingot $(BUILD)/bin/ingot --output $(BUILD)/bench $(BENCH)

docs: all
	@sh docs/generate.sh $(BUILD)

# LLVM's own libraries are not sanitized: what our copies of its inline functions poison, theirs do not unpoison.
SANITIZER_OPTIONS := allow_user_poisoning=0
sanitize:
	@sh cmake/install-deps.sh sanitize
	@test -f $(SANITIZED)/build.ninja || $(CONFIGURE) -B $(SANITIZED) -DINGOT_SANITIZE=ON \
	  "-DCMAKE_CXX_FLAGS_RELEASE=-O0 -UNDEBUG" "-DCMAKE_C_FLAGS_RELEASE=-O1 -UNDEBUG" $(CMAKE_FLAGS)
	cmake --build $(SANITIZED) -j $(JOBS)
	ASAN_OPTIONS=$(SANITIZER_OPTIONS) python3 tests/run.py --build $(SANITIZED) --jobs $(JOBS) --labels lit,unit,errors

# The runtime and its tests, and models whose own code is instrumented too. The compiler has no threads.
sanitize-thread: all
	@sh cmake/install-deps.sh sanitize
	@test -f $(THREADS)/build.ninja || $(CONFIGURE) -B $(THREADS) -DINGOT_RUNTIME_ONLY=ON -DINGOT_CROSS_RUNTIMES=OFF \
	  -DCMAKE_C_FLAGS="-fsanitize=thread -g1" -DCMAKE_CXX_FLAGS="-fsanitize=thread -g1"
	cmake --build $(THREADS) -j $(JOBS)
	TSAN_OPTIONS=halt_on_error=1 python3 tests/run.py --build $(THREADS) --jobs $(JOBS) --labels unit
	python3 tests/threads/run.py --ingot $(BUILD)/bin/ingot --runtime $(THREADS)/lib/libingot_rt.a --jobs $(JOBS)

install: all
	cmake --install $(BUILD) $(if $(PREFIX),--prefix $(PREFIX))

clean:
	rm -rf $(BUILD) $(SANITIZED) $(THREADS)
