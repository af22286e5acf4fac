#!/bin/sh
# Builds and runs the C++ tests: run-tests.sh release|asan|tsan [ctest's options]
# Needs cmake and a C++20 compiler, nothing else; after `npm run build` the release tests share the addon's objects. Two
# jobs at a time, unless IBKR_JOBS says otherwise.
set -eu

kind=${1:-}
[ $# -gt 0 ] && shift
case $kind in
  release) type=Release sanitize= ;;
  asan) type=RelWithDebInfo sanitize=address,undefined ;;
  tsan) type=RelWithDebInfo sanitize=thread ;;
  *)
    echo "run-tests.sh: '$kind' is no kind of build; allowed: release, asan, tsan" >&2
    exit 2
    ;;
esac

root=$(cd "$(dirname "$0")/../.." && pwd)
build=$root/build/tests-$kind
jobs=${IBKR_JOBS:-2}

# The first finding of a sanitizer ends the test that has it.
export ASAN_OPTIONS="halt_on_error=1:detect_stack_use_after_return=1${ASAN_OPTIONS:+:$ASAN_OPTIONS}"
export UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1${UBSAN_OPTIONS:+:$UBSAN_OPTIONS}"
export TSAN_OPTIONS="halt_on_error=1:second_deadlock_stack=1${TSAN_OPTIONS:+:$TSAN_OPTIONS}"

# GCC 12's thread sanitizer finds no place for its shadow memory where addresses are laid out with more random bits
# than it knows of: without randomization it always does.
run=
if [ "$kind" = tsan ] && [ -r /proc/sys/vm/mmap_rnd_bits ] && [ "$(cat /proc/sys/vm/mmap_rnd_bits)" -gt 28 ] &&
  command -v setarch >/dev/null && setarch "$(uname -m)" -R true 2>/dev/null; then
  run="setarch $(uname -m) -R"
fi

if [ "$kind" = release ] && grep -q '^CMAKE_JS_INC:' "$root/build/CMakeCache.txt" 2>/dev/null; then
  build=$root/build
else
  cmake -S "$root" -B "$build" "-DCMAKE_BUILD_TYPE=$type" "-DIBKR_SANITIZE=$sanitize"
fi
cmake --build "$build" --target ibkr_tests --parallel "$jobs"
cd "$build"
exec $run ctest --output-on-failure --parallel "$jobs" "$@"
