#!/bin/sh
# Fuzzes the core with libFuzzer under the address and undefined-behaviour sanitizers: run-fuzz.sh [SECONDS], shared out
# among the targets (60 by default). Prints what each target executed and which lines and branches of the core they
# reached together. What was found lies in build/fuzz/corpus and is taken up again by the next run.
# Needs clang with libFuzzer and llvm's coverage tools (Debian: clang-19, libclang-rt-19-dev, llvm-19); ends with 77 where
# they are missing.
set -eu

targets='stream number order tick channel'
seconds=${1:-60}
case $seconds in
  '' | *[!0-9]* | 0)
    echo "run-fuzz.sh: SECONDS is '$seconds' (allowed: a whole number from 1)" >&2
    exit 2
    ;;
esac

root=$(cd "$(dirname "$0")/../.." && pwd)
build=$root/build/fuzz
suffix=
for candidate in ${IBKR_LLVM_SUFFIX+"$IBKR_LLVM_SUFFIX"} -19 ''; do
  if command -v "clang++$candidate" "llvm-profdata$candidate" "llvm-cov$candidate" >/dev/null 2>&1 &&
    echo 'extern "C" int LLVMFuzzerTestOneInput(const char*, unsigned long) { return 0; }' |
    "clang++$candidate" -fsanitize=fuzzer,address -x c++ -o /dev/null - 2>/dev/null; then
    suffix=$candidate
    found=yes
    break
  fi
done
if [ -z "${found:-}" ]; then
  echo "run-fuzz.sh: not run: no clang with libFuzzer and llvm-cov (Debian: clang-19, libclang-rt-19-dev, llvm-19)"
  exit 77
fi

coverage='-fprofile-instr-generate -fcoverage-mapping'
cmake -S "$root" -B "$build" -DCMAKE_CXX_COMPILER="clang++$suffix" -DCMAKE_BUILD_TYPE=RelWithDebInfo \
  -DIBKR_LIBFUZZER=ON -DIBKR_SANITIZE=fuzzer-no-link,address,undefined "-DCMAKE_CXX_FLAGS=$coverage" >/dev/null
cmake --build "$build" --target ibkr_fuzzers --parallel "${IBKR_JOBS:-2}"

# The session on an event loop needs libuv (Debian: libuv1-dev).
if [ -x "$build/native/fuzz/fuzz_loop" ]; then
  targets="$targets loop"
else
  echo 'fuzz loop: left out: libuv was not found (Debian: libuv1-dev)'
fi

export ASAN_OPTIONS="detect_stack_use_after_return=1${ASAN_OPTIONS:+:$ASAN_OPTIONS}"
export UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1${UBSAN_OPTIONS:+:$UBSAN_OPTIONS}"
set -- $targets
each=$(((seconds + $# - 1) / $#))
failed=
objects=
rm -f "$build"/*.profraw
mkdir -p "$build/seeds"
for target in $targets; do mkdir -p "$build/corpus/$target"; done
# Without whole frames to begin with, a minute goes by before the first one is found.
[ -n "$(ls "$build/seeds")" ] || LLVM_PROFILE_FILE=/dev/null "$build/native/fuzz/fuzz" --write "$build/seeds" --iterations 400
for target in $targets; do
  program=$build/native/fuzz/fuzz_$target
  objects="$objects -object $program"
  case $target in
    stream) extra="$build/seeds" ;;
    order) extra='-len_control=0 -max_len=2048' ;;
    number | tick) extra='-len_control=0 -max_len=64' ;;
    channel) extra='-len_control=0 -max_len=512' ;;
    loop) extra='-len_control=0 -max_len=256' ;;
  esac
  log=$build/$target.log
  if ! LLVM_PROFILE_FILE="$build/$target.profraw" "$program" -max_total_time="$each" -print_final_stats=1 \
    -timeout=20 -rss_limit_mb=2048 "-artifact_prefix=$build/$target-" "$build/corpus/$target" $extra 2>"$log"; then
    tail -n 40 "$log" >&2
    echo "run-fuzz.sh: $target FAILED; its input is above, and in $build" >&2
    failed=yes
  fi
  executed=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  reached=$(sed -n 's/.* cov: \([0-9]*\) ft: \([0-9]*\).*/\1 edges, \2 features/p' "$log" | tail -n 1)
  echo "fuzz $target: ${executed:-?} executions in $each s, ${reached:-?}"
done

"llvm-profdata$suffix" merge -o "$build/all.profdata" "$build"/*.profraw
# shellcheck disable=SC2086 # the objects are words
"llvm-cov$suffix" report -instr-profile="$build/all.profdata" ${objects# -object } \
  -ignore-filename-regex='native/(test|fuzz)/' -show-functions=0 | sed "s#^$root/##"
[ -z "$failed" ]
