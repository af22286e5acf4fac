#include "metrics/histogram.hpp"

#include <cmath>
#include <cstring>
#include <limits>

namespace ibkr {

namespace {
/// ceil(q * count), where the product's own rounding does not make one more of it.
double rank_of(double q, double count) { return std::max(1.0, std::ceil(q * count * (1 - 0x1p-50))); }
}  // namespace

bool make_histogram(std::span<std::byte> memory, unsigned bits) {
  if (!valid_histogram_bits(bits) || memory.size() < histogram_bytes(bits)) return false;
  if (reinterpret_cast<std::uintptr_t>(memory.data()) % kHistogramAlignment != 0) return false;
  std::memset(memory.data(), 0, histogram_bytes(bits));
  const std::uint32_t range = bits;
  std::memcpy(memory.data() + kHistogramRangeBits, &range, sizeof range);
  const double none = std::numeric_limits<double>::infinity();
  std::memcpy(memory.data() + kHistogramMin, &none, sizeof none);
  return true;
}

bool has_histogram(std::span<const std::byte> memory) {
  if (memory.size() < kHistogramBuckets) return false;
  if (reinterpret_cast<std::uintptr_t>(memory.data()) % kHistogramAlignment != 0) return false;
  const unsigned bits = HistogramReader(memory).bits();
  return valid_histogram_bits(bits) && memory.size() >= histogram_bytes(bits);
}

double HistogramReader::quantile(double q) const {
  double out = 0;
  read({&q, 1}, {&out, 1});
  return out;
}

HistogramSummary HistogramReader::summary() const {
  HistogramSummary of;
  for (std::uint32_t bucket = 0; bucket < buckets(); ++bucket) of.count += in_bucket(bucket);
  of.count += above();
  if (of.count == 0) return of;
  of.sum = sum();
  of.max = max();
  of.min = std::min(min(), of.max);  // of the first value nothing but the bucket may be written yet
  // The two differ by what was recorded meanwhile, besides.
  of.rounds = static_cast<std::uint32_t>(
      std::max(0.0, std::round((count() - static_cast<double>(of.count)) / 0x1p32)));
  return of;
}

/// The middle of a bucket, but no value outside of those recorded. An extreme in another bucket says nothing:
/// the writer may be about to move it.
double HistogramReader::shown(std::uint32_t bucket, const HistogramSummary& of) const {
  const double middle = histogram_middle(bucket);
  if (histogram_bucket(histogram_whole(of.min)) == bucket && middle < of.min) return of.min;
  if (histogram_bucket(histogram_whole(of.max)) == bucket && middle > of.max) return of.max;
  return middle;
}

HistogramSummary HistogramReader::read(std::span<const double> quantiles, std::span<double> out) const {
  const HistogramSummary of = summary();
  const double total = static_cast<double>(of.count);
  // The buckets only grow: counted a second time, they reach every rank of the first time.
  double seen = 0;
  std::uint32_t bucket = 0;
  for (std::size_t i = 0; i < quantiles.size(); ++i) {
    const double rank = rank_of(quantiles[i], total);
    while (bucket < buckets() && seen + in_bucket(bucket) < rank) seen += in_bucket(bucket++);
    if (of.count == 0) {
      out[i] = 0;
    } else {
      out[i] = bucket < buckets() ? shown(bucket, of) : of.max;
    }
  }
  return of;
}

void HistogramWriter::merge(const HistogramReader& other) {
  std::uint64_t count = other.above();
  add(place_of(histogram_whole(other.max())), other.above());
  for (std::uint32_t bucket = 0; bucket < other.buckets(); ++bucket) {
    const std::uint32_t more = other.in_bucket(bucket);
    const bool within = bucket < buckets();
    add(within ? kHistogramBuckets + bucket * sizeof(std::uint32_t) : kHistogramAbove, more);
    count += more;
  }
  set(kHistogramCount, number(kHistogramCount) + static_cast<double>(count));
  set(kHistogramSum, number(kHistogramSum) + other.sum());
  set(kHistogramMin, std::min(number(kHistogramMin), other.min()));
  set(kHistogramMax, std::max(number(kHistogramMax), other.max()));
}

}  // namespace ibkr
