#!/bin/sh
# Formats the C++ sources with clang-format (.clang-format at the top); with --check it only tells, and fails if a file
# would change. Does nothing where there is no clang-format.
set -eu

case ${1:-} in
  '') mode=-i ;;
  --check) mode=--dry-run ;;
  *)
    echo "format.sh: '$1' is no option; allowed: --check, or none" >&2
    exit 2
    ;;
esac

if ! command -v clang-format >/dev/null; then
  echo "format.sh: clang-format is not installed, the C++ sources were left as they are"
  exit 0
fi

cd "$(dirname "$0")/../.."
find native \( -name '*.hpp' -o -name '*.cpp' \) -exec clang-format "$mode" --Werror --style=file {} +
