// The bytes that decide what a fuzz target does.
#pragma once

#include <cstdint>
#include <string_view>

namespace ibkr::test {

/// Takes values off the front of the input; behind its end come zeros.
struct Input {
  std::string_view rest;

  bool empty() const { return rest.empty(); }
  std::uint8_t byte() {
    if (rest.empty()) return 0;
    const auto out = static_cast<std::uint8_t>(rest.front());
    rest.remove_prefix(1);
    return out;
  }
};

}  // namespace ibkr::test
