// Counts how often which value was measured, within 1 %. One writer at a time, readers on any thread at any
// time; nobody waits for anybody.
//
// All accesses are relaxed atomics. The words need not agree with each other: a reader takes the number of
// values from the buckets it read, not from the head, so that its quantiles are those of values that were
// recorded; what is being recorded at that moment counts or does not. Each word alone is never torn, and only
// grows (min falls).
//
// Nothing is ever set to zero: whoever wants the last minute keeps the counters of a minute ago and
// subtracts, modulo 2^32, which stays right when a counter goes round. So no value is lost between two
// readings, and several readers do not disturb each other.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>

#include "metrics/histogram_layout.hpp"

namespace ibkr {

/// Makes an empty histogram of a range in `memory`; before anybody reads or writes it. Returns false, and
/// leaves the memory alone, if it is not aligned to kHistogramAlignment, has fewer than histogram_bytes(bits)
/// bytes, or the bits are not kMinHistogramBits to kMaxHistogramBits.
bool make_histogram(std::span<std::byte> memory, unsigned bits);

/// True if a histogram was made in `memory`, and all of it is there.
bool has_histogram(std::span<const std::byte> memory);

/// One reading. All 0 where nothing was recorded.
struct HistogramSummary {
  std::uint64_t count = 0;  // of the buckets read: what the quantiles are of
  double sum = 0;
  double min = 0;  // exact
  double max = 0;  // exact
  /// 0 as long as no bucket has taken more than 2^32 - 1 values. After that so many times 2^32 are missing
  /// from the count, and only differences of two readings have right quantiles.
  std::uint32_t rounds = 0;
};

/// Reads; for any thread. Over memory that has_histogram() and that outlives it.
class HistogramReader {
 public:
  explicit HistogramReader(std::span<const std::byte> memory)
      // atomic_ref takes no const before C++26; nothing is written through it.
      : block_(const_cast<std::byte*>(memory.data())), bits_(word(kHistogramRangeBits)) {}

  unsigned bits() const { return bits_; }
  std::uint32_t buckets() const { return histogram_buckets(bits_); }
  /// All values recorded, those above the range among them.
  double count() const { return number(kHistogramCount); }
  double sum() const { return number(kHistogramSum); }
  double min() const { return number(kHistogramMin); }  // infinity where there is none
  double max() const { return number(kHistogramMax); }
  std::uint32_t above() const { return word(kHistogramAbove); }
  std::uint32_t in_bucket(std::uint32_t bucket) const {
    return word(kHistogramBuckets + bucket * sizeof(std::uint32_t));
  }

  /// The value that a share `q` (0 to 1) of all values do not exceed: that of rank ceil(q * count), at least
  /// 1; within 1/128 of it, and never outside of min and max. Of what is above the range it gives the
  /// maximum. 0 where there is none.
  double quantile(double q) const;

  /// Several at once, of one reading: `quantiles` rise, `out` is as long.
  HistogramSummary read(std::span<const double> quantiles, std::span<double> out) const;

 protected:
  // relaxed, everywhere: see the head of this file.
  std::uint32_t word(std::size_t offset) const {
    return std::atomic_ref(*reinterpret_cast<std::uint32_t*>(block_ + offset))
        .load(std::memory_order_relaxed);
  }
  double number(std::size_t offset) const {
    return std::atomic_ref(*reinterpret_cast<double*>(block_ + offset)).load(std::memory_order_relaxed);
  }

  std::byte* block_;
  unsigned bits_;

 private:
  HistogramSummary summary() const;
  double shown(std::uint32_t bucket, const HistogramSummary& of) const;
};

/// Records; one thread at a time, and who takes over must see what the other wrote (a lock does that).
/// Allocates nothing, waits for nothing.
class HistogramWriter : public HistogramReader {
 public:
  explicit HistogramWriter(std::span<std::byte> memory)
      : HistogramReader(memory), top_(histogram_top(bits_)) {}

  /// One value, in whole units of the caller's; a duration that is no whole number goes through
  /// histogram_whole().
  void record(std::uint64_t value) {
    add(place_of(value), 1);
    const double exact = static_cast<double>(value);
    set(kHistogramCount, number(kHistogramCount) + 1);
    set(kHistogramSum, number(kHistogramSum) + exact);
    if (exact < number(kHistogramMin)) set(kHistogramMin, exact);
    if (exact > number(kHistogramMax)) set(kHistogramMax, exact);
  }

  /// Adds what another one holds at this moment, of any range. What is above the other's range counts as its
  /// maximum.
  void merge(const HistogramReader& other);

 private:
  std::size_t place_of(std::uint64_t value) const {
    return value <= top_ ? kHistogramBuckets + histogram_bucket(value) * sizeof(std::uint32_t)
                         : kHistogramAbove;
  }
  // A load and a store, not one instruction with a lock: there is one writer.
  void add(std::size_t offset, std::uint32_t count) {
    std::atomic_ref(*reinterpret_cast<std::uint32_t*>(block_ + offset))
        .store(word(offset) + count, std::memory_order_relaxed);
  }
  void set(std::size_t offset, double value) {
    std::atomic_ref(*reinterpret_cast<double*>(block_ + offset)).store(value, std::memory_order_relaxed);
  }

  std::uint64_t top_;
};

}  // namespace ibkr
