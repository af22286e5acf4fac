#!/bin/sh
# A hostile gateway against Node with the addon under the address and undefined-behaviour sanitizers:
#   run-node-asan.sh [SECONDS] [--seed N]
# 30 seconds by default, behind the build. The first report of a sanitizer ends the process with 99, whatever else goes
# wrong with another number that is not 0. Needs g++ with its sanitizers, dist/ (npm run build:ts), and Linux: ends with
# 77 where the runtime cannot be loaded ahead of Node.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
build=$root/build/node-asan
compiler=${CXX:-g++}
seconds=30
case ${1:-} in
  '' | -*) ;;
  *[!0-9]* | 0)
    echo "run-node-asan.sh: SECONDS is '$1' (allowed: a whole number from 1)" >&2
    exit 2
    ;;
  *)
    seconds=$1
    shift
    ;;
esac
if [ ! -f "$root/dist/index.js" ]; then
  echo 'run-node-asan.sh: there is no dist/: npm run build:ts makes it' >&2
  exit 2
fi

preload=
for library in libasan.so libubsan.so; do
  file=$("$compiler" "-print-file-name=$library" 2>/dev/null || true)
  case $file in
    /*) preload="${preload:+$preload:}$file" ;;
    *)
      echo "run-node-asan.sh: not run: $compiler has no $library (Debian: g++)"
      exit 77
      ;;
  esac
done

# node-gyp-build looks for build/Release in the folder that IBKR_NATIVE_PREBUILD names.
cmake -S "$root" -B "$build" "-DCMAKE_CXX_COMPILER=$compiler" -DCMAKE_BUILD_TYPE=RelWithDebInfo \
  -DIBKR_SANITIZE=address,undefined "-DIBKR_HEADERS=$root/node_modules/node-api-headers/include" \
  "-DCMAKE_LIBRARY_OUTPUT_DIRECTORY=$build/build/Release" >/dev/null
cmake --build "$build" --target ibkr_native --parallel "${IBKR_JOBS:-2}"

# detect_leaks=0: Node frees nothing when it ends, and our own leaks are looked for in test/native/lifetimes.test.ts.
# alloc_dealloc_mismatch=0: Node brings its own operator new, but not always its own delete.
export ASAN_OPTIONS="halt_on_error=1:exitcode=99:detect_leaks=0:alloc_dealloc_mismatch=0:detect_stack_use_after_return=1:quarantine_size_mb=64${ASAN_OPTIONS:+:$ASAN_OPTIONS}"
export UBSAN_OPTIONS="halt_on_error=1:exitcode=99:print_stacktrace=1${UBSAN_OPTIONS:+:$UBSAN_OPTIONS}"
if ! LD_PRELOAD=$preload node -e 0; then
  echo 'run-node-asan.sh: not run: Node does not start with the sanitizers loaded ahead of it'
  exit 77
fi
status=0
IBKR_NATIVE_PREBUILD=$build LD_PRELOAD=$preload node --expose-gc "$root/test/native/hostile/main.cjs" \
  --note "$build/round" --seconds "$seconds" "$@" || status=$?
[ "$status" = 0 ] || echo "run-node-asan.sh: FAILED with $status in the $(cat "$build/round"); --seed repeats a round" >&2
exit "$status"
