#!/bin/sh
# Fuzzes the core with libFuzzer under the address and undefined-behaviour sanitizers:
#   run-fuzz.sh [SECONDS] [--target NAME] [--corpus FOLDER]
# SECONDS (60 by default) are shared out among the targets; with --target they are all that one's, and it may be long.
# What was found lies in FOLDER/NAME, build/fuzz/corpus by default, and is taken up again by the next run. At the end it
# prints for each target its inputs, the processor's seconds and the edges of the core that were reached. Which lines that
# are: native/tools/coverage.sh.
# Needs clang with libFuzzer (Debian: clang-19, libclang-rt-19-dev); ends with 77 where it is missing.
set -eu

usage() {
  echo "run-fuzz.sh: $1 (usage: run-fuzz.sh [SECONDS] [--target NAME] [--corpus FOLDER])" >&2
  exit 2
}
targets='stream number order tick channel journal loop'
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$root/build/fuzz
seconds=60
corpus=$build/corpus
while [ $# -gt 0 ]; do
  case $1 in
    --target)
      case " $targets " in
        *" ${2:-?} "*) targets=$2 ;;
        *) usage "--target is '${2:-}' (allowed: $targets)" ;;
      esac
      shift
      ;;
    --corpus)
      [ -n "${2:-}" ] || usage "--corpus wants a folder"
      mkdir -p "$2"
      corpus=$(cd "$2" && pwd)
      shift
      ;;
    '' | *[!0-9]* | 0) usage "SECONDS is '$1' (allowed: a whole number from 1)" ;;
    *) seconds=$1 ;;
  esac
  shift
done

compiler=
for candidate in ${IBKR_LLVM_SUFFIX+"$IBKR_LLVM_SUFFIX"} -19 ''; do
  if command -v "clang++$candidate" >/dev/null 2>&1 &&
    echo 'extern "C" int LLVMFuzzerTestOneInput(const char*, unsigned long) { return 0; }' |
    "clang++$candidate" -fsanitize=fuzzer,address -x c++ -o /dev/null - 2>/dev/null; then
    compiler=clang++$candidate
    break
  fi
done
if [ -z "$compiler" ]; then
  echo "run-fuzz.sh: not run: no clang with libFuzzer (Debian: clang-19, libclang-rt-19-dev)"
  exit 77
fi

cmake -S "$root" -B "$build" "-DCMAKE_CXX_COMPILER=$compiler" -DCMAKE_BUILD_TYPE=RelWithDebInfo \
  -DIBKR_LIBFUZZER=ON -DIBKR_SANITIZE=fuzzer-no-link,address,undefined -DCMAKE_CXX_FLAGS= >/dev/null
cmake --build "$build" --target ibkr_fuzzers --parallel "${IBKR_JOBS:-2}"

# The session on an event loop needs libuv (Debian: libuv1-dev).
if [ ! -x "$build/native/fuzz/fuzz_loop" ]; then
  echo 'fuzz loop: left out: libuv was not found (Debian: libuv1-dev)'
  targets=$(echo "$targets" | sed 's/ *loop//')
  [ -n "$targets" ] || exit 77
fi

# Small and warm: freed memory is watched for the next 8 MB, and a report names two frames of where it came from. The file
# that a finding leaves can be run again with more.
export ASAN_OPTIONS="detect_stack_use_after_return=1:quarantine_size_mb=8:malloc_context_size=2:max_malloc_fill_size=64:allocator_release_to_os_interval_ms=-1${ASAN_OPTIONS:+:$ASAN_OPTIONS}"
export UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1${UBSAN_OPTIONS:+:$UBSAN_OPTIONS}"

# User and system seconds of the programs that have ended, as one number. Not in a subshell: that has its own.
cpu() {
  times >"$build/times"
  tail -n 1 "$build/times" | sed 's/[ms]/ /g' | awk '{ printf "%.0f\n", $1 * 60 + $2 + $3 * 60 + $4 }' >"$build/cpu"
  read -r spent <"$build/cpu"
}
set -- $targets
each=$(((seconds + $# - 1) / $#))
failed=
# Without whole frames to begin with, a minute goes by before the first one is found.
mkdir -p "$build/seeds"
[ -n "$(ls "$build/seeds")" ] || "$build/native/fuzz/fuzz" --write "$build/seeds" --iterations 400
for target in $targets; do
  case $target in
    stream) extra="$build/seeds" ;;
    order) extra='-len_control=0 -max_len=2048' ;;
    number | tick) extra='-len_control=0 -max_len=64' ;;
    channel) extra='-len_control=0 -max_len=256' ;;
    journal) extra='-len_control=0 -max_len=512' ;;
    loop) extra='-len_control=0 -max_len=48' ;;
  esac
  # Its threads come and go by the hundred a second: what the sanitizer prepares for each would cost more than they do.
  # (The C++ tests do the same work with all checks on.)
  options=$ASAN_OPTIONS
  [ "$target" != loop ] || options=detect_stack_use_after_return=0:use_sigaltstack=0:${options#*:}
  mkdir -p "$corpus/$target"
  log=$build/$target.log
  cpu
  before=$spent
  # shellcheck disable=SC2086 # the options are words
  if ! ASAN_OPTIONS=$options "$build/native/fuzz/fuzz_$target" -max_total_time="$each" -print_final_stats=1 -timeout=20 \
    -rss_limit_mb=2048 "-artifact_prefix=$build/$target-" "$corpus/$target" $extra 2>"$log"; then
    tail -n 40 "$log" >&2
    echo "run-fuzz.sh: $target FAILED; its input is above, and in $build" >&2
    failed=yes
  fi
  cpu
  executed=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  reached=$(sed -n 's/.* cov: \([0-9]*\) ft: \([0-9]*\).*/\1 edges, \2 features/p' "$log" | tail -n 1)
  echo "fuzz $target: ${executed:-?} inputs in $each s ($((spent - before)) s of processor), ${reached:-?}," \
    "$(ls "$corpus/$target" | wc -l) in the corpus"
done
[ -z "$failed" ]
