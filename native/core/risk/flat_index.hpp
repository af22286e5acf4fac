// Where something with a 64-bit key lies: open addressing in memory that is there from the beginning.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace ibkr {

/// Keys are not 0. At most half of the places are taken, and keys are well mixed: a search looks at two
/// places on average.
class FlatIndex {
 public:
  explicit FlatIndex(std::size_t most) : most_(most), places_(std::bit_ceil(most * 2 + 2)) {}

  std::optional<std::uint32_t> find(std::uint64_t key) const {
    for (std::size_t at = home(key); places_[at].key != 0; at = next(at))
      if (places_[at].key == key) return places_[at].value;
    return std::nullopt;
  }

  /// The key is not there yet. False: full.
  bool add(std::uint64_t key, std::uint32_t value) {
    if (size_ >= most_) return false;
    std::size_t at = home(key);
    while (places_[at].key != 0) at = next(at);
    places_[at] = {key, value};
    ++size_;
    return true;
  }

  /// What lies behind it on its way moves up: there are no graves, and searches stay short for ever.
  void remove(std::uint64_t key) {
    if (key == 0) return;
    std::size_t hole = home(key);
    while (places_[hole].key != key) {
      if (places_[hole].key == 0) return;
      hole = next(hole);
    }
    for (std::size_t at = next(hole); places_[at].key != 0; at = next(at)) {
      const std::size_t way = (at - home(places_[at].key)) & (places_.size() - 1);
      if (way < ((at - hole) & (places_.size() - 1))) continue;  // it stands before the hole already
      places_[hole] = places_[at];
      hole = at;
    }
    places_[hole] = {};
    --size_;
  }

  std::size_t size() const { return size_; }
  std::size_t capacity() const { return most_; }

 private:
  struct Place {
    std::uint64_t key = 0;
    std::uint32_t value = 0;
  };
  std::size_t next(std::size_t at) const { return (at + 1) & (places_.size() - 1); }
  std::size_t home(std::uint64_t key) const {
    key = (key ^ (key >> 32)) * 0x9E3779B97F4A7C15u;
    return static_cast<std::size_t>((key ^ (key >> 29)) * 0xBF58476D1CE4E5B9u >> 32) & (places_.size() - 1);
  }

  std::size_t most_;
  std::size_t size_ = 0;
  std::vector<Place> places_;
};

}  // namespace ibkr
