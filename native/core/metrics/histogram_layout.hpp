// A histogram of whole numbers in memory that JavaScript allocated: what lies where, and which value belongs
// to which bucket. The only place that says so; TypeScript gets it through native/addon/layout_metrics.cpp.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace ibkr {

// Byte offsets: a head of one cache line, then u32 counters, one for each bucket.
inline constexpr std::size_t kHistogramRangeBits = 0;  // u32; 0 where no histogram was made
inline constexpr std::size_t kHistogramAbove = 4;      // u32: values above the range
inline constexpr std::size_t kHistogramCount = 8;      // double: all values, exact up to 2^53
inline constexpr std::size_t kHistogramSum = 16;       // double
inline constexpr std::size_t kHistogramMin = 24;       // double; infinity while there is none
inline constexpr std::size_t kHistogramMax = 32;       // double; 0 while there is none
inline constexpr std::size_t kHistogramBuckets = 64;
inline constexpr std::size_t kHistogramAlignment = 8;

/// 2^6 buckets for each octave of value + 2^6. The shift makes the error the same everywhere: the whole
/// numbers of a bucket are at most 1/128 (0.78 %) away from its middle, and those below 64 have one each.
inline constexpr unsigned kHistogramSubBits = 6;
inline constexpr std::uint64_t kHistogramShift = 1u << kHistogramSubBits;

/// The range of a histogram is 0 to 2^bits - 65.
inline constexpr unsigned kMinHistogramBits = 7;
inline constexpr unsigned kMaxHistogramBits = 52;
/// In microseconds twelve days; 8,768 bytes.
inline constexpr unsigned kFullHistogramBits = 40;
/// In microseconds 16.7 seconds; 4,672 bytes.
inline constexpr unsigned kSmallHistogramBits = 24;

constexpr bool valid_histogram_bits(unsigned bits) {
  return bits >= kMinHistogramBits && bits <= kMaxHistogramBits;
}
constexpr std::uint32_t histogram_buckets(unsigned bits) {
  return (bits - kHistogramSubBits) << kHistogramSubBits;
}
/// Whole cache lines: where the first of several begins at one, no two share any.
constexpr std::size_t histogram_bytes(unsigned bits) {
  return kHistogramBuckets + std::size_t{histogram_buckets(bits)} * sizeof(std::uint32_t);
}
/// The largest value within the range.
constexpr std::uint64_t histogram_top(unsigned bits) {
  return (std::uint64_t{1} << bits) - kHistogramShift - 1;
}

/// The bucket of a value, whatever the range; value < 2^63.
constexpr std::uint32_t histogram_bucket(std::uint64_t value) {
  const std::uint64_t shifted = value + kHistogramShift;
  const unsigned octave = static_cast<unsigned>(std::bit_width(shifted)) - 1 - kHistogramSubBits;
  return (octave << kHistogramSubBits) + static_cast<std::uint32_t>((shifted >> octave) - kHistogramShift);
}

/// The middle of a bucket's smallest and largest whole number.
constexpr double histogram_middle(std::uint32_t bucket) {
  const unsigned octave = bucket >> kHistogramSubBits;
  const std::uint64_t low = (kHistogramShift + (bucket & (kHistogramShift - 1))) << octave;
  return static_cast<double>(low - kHistogramShift) +
         static_cast<double>((std::uint64_t{1} << octave) - 1) / 2;
}

/// A measured duration as a histogram takes it: its whole part; 0 for what is below 0 (two clocks) and for
/// NaN.
constexpr std::uint64_t histogram_whole(double value) {
  if (!(value > 0)) return 0;
  return static_cast<std::uint64_t>(std::min(value, 0x1p53));
}

static_assert(histogram_bytes(kFullHistogramBits) == 8768 && histogram_bytes(kSmallHistogramBits) == 4672);
static_assert(histogram_bytes(kMinHistogramBits) % 64 == 0);
static_assert(histogram_bucket(histogram_top(kSmallHistogramBits)) + 1 ==
              histogram_buckets(kSmallHistogramBits));
static_assert(histogram_bucket(0) == 0 && histogram_bucket(63) == 63 && histogram_bucket(65) == 64);

}  // namespace ibkr
