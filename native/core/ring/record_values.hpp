// The numbers of a record as the struct of its kind.
#pragma once

#include <cstddef>
#include <cstring>

#include "ring/record.hpp"

namespace ibkr {

/// The numbers of a record, wherever in the following slots they end.
template <typename Values>
Values values_of(const Record& record) {
  Values values;
  std::memcpy(&values, reinterpret_cast<const std::byte*>(&record) + kBytesOffset, sizeof values);
  return values;
}

}  // namespace ibkr
