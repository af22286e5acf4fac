// A small deterministic generator (splitmix64): the same seed gives the same numbers on every platform.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace ibkr::test {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t bits() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  /// 0 … n-1.
  std::uint64_t below(std::uint64_t n) { return bits() % n; }
  /// low … high, both included.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
  }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  template <typename Container>
  const auto& pick(const Container& from) {
    return from[static_cast<std::size_t>(below(std::size(from)))];
  }
  std::string bytes(std::size_t n) {
    std::string out(n, '\0');
    for (char& c : out) c = static_cast<char>(bits());
    return out;
  }

 private:
  std::uint64_t state_;
};

}  // namespace ibkr::test
