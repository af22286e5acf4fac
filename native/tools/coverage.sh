#!/bin/sh
# Which lines of the C++ core the C++ tests and the fuzz targets reach together, file by file: coverage.sh [SECONDS]
# The tests run once, each fuzz target over what it has found so far (build/fuzz/corpus) and for SECONDS more (5 by
# default). Ends with 1 where a file has less than IBKR_COVERAGE percent (95 by default) of its lines, or a test fails.
# Needs clang with libFuzzer and llvm's coverage tools (Debian: clang-19, libclang-rt-19-dev, llvm-19), libuv
# (libuv1-dev); ends with 77 where they are missing.
set -eu

seconds=${1:-5}
case $seconds in
  '' | *[!0-9]*)
    echo "coverage.sh: SECONDS is '$seconds' (allowed: a whole number from 0)" >&2
    exit 2
    ;;
esac
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$root/build/coverage
suffix=
found=
for candidate in ${IBKR_LLVM_SUFFIX+"$IBKR_LLVM_SUFFIX"} -19 ''; do
  if command -v "clang++$candidate" "llvm-profdata$candidate" "llvm-cov$candidate" >/dev/null 2>&1; then
    suffix=$candidate
    found=yes
    break
  fi
done
if [ -z "$found" ]; then
  echo 'coverage.sh: not run: no clang with its coverage tools (Debian: clang-19, libclang-rt-19-dev, llvm-19)'
  exit 77
fi

cmake -S "$root" -B "$build" "-DCMAKE_CXX_COMPILER=clang++$suffix" -DCMAKE_BUILD_TYPE=RelWithDebInfo \
  -DIBKR_LIBFUZZER=ON -DIBKR_SANITIZE=fuzzer-no-link \
  '-DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O1 -g -DNDEBUG' '-DCMAKE_CXX_FLAGS=-fprofile-instr-generate -fcoverage-mapping' >/dev/null
cmake --build "$build" --target ibkr_tests ibkr_fuzzers --parallel "${IBKR_JOBS:-2}"
if [ ! -x "$build/native/fuzz/fuzz_loop" ]; then
  echo 'coverage.sh: not run: libuv was not found (Debian: libuv1-dev)'
  exit 77
fi

# %m: processes of one program add to one file.
rm -rf "$build/profiles"
export LLVM_PROFILE_FILE="$build/profiles/%m.profraw"
status=0
(cd "$build" && ctest --output-on-failure --parallel "${IBKR_JOBS:-2}") || status=1
objects=
for program in $(find "$build/native" -type f -perm -u+x \( -name '*_test' -o -name 'fuzz*' \)); do
  objects="$objects -object $program"
done
for program in "$build"/native/fuzz/fuzz_*; do
  target=${program##*/fuzz_}
  case $target in
    *[!a-z]*) continue ;; # fuzz_connection_test, and what is no program
  esac
  mkdir -p "$build/corpus/$target" "$root/build/fuzz/corpus/$target"
  # Behind the corpus, which it runs through first.
  "$program" -max_total_time="$((seconds + 1))" -max_len=512 -len_control=0 -timeout=20 "-artifact_prefix=$build/$target-" \
    "$build/corpus/$target" "$root/build/fuzz/corpus/$target" >"$build/$target.log" 2>&1 || {
    tail -n 30 "$build/$target.log" >&2
    status=1
  }
done

"llvm-profdata$suffix" merge -o "$build/all.profdata" "$build"/profiles/*.profraw
# shellcheck disable=SC2086 # the objects are words
report() { "llvm-cov$suffix" "$1" -instr-profile="$build/all.profdata" ${objects# -object } "$root/native/core" "$root/native/addon/loop_session.cpp" "$root/native/addon/loop_session_fed.cpp"; }
report export >"$build/coverage.json" 2>/dev/null
# Lines that are not reached, for whoever wants to reach them.
report show >"$build/lines.txt" 2>/dev/null
node "$root/native/tools/coverage-table.cjs" "$build/coverage.json" "$root" "${IBKR_COVERAGE:-95}" || status=1
echo "Line by line: $build/lines.txt"
exit "$status"
