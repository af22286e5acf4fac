#include "metrics/histogram.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "check.hpp"
#include "support/random.hpp"

namespace {

using namespace ibkr;
using ibkr::test::Random;

constexpr double kWithin = 1.0 / 128;
constexpr double kQuantiles[] = {0, 0.001, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 0.9999, 1};

/// Memory with a histogram in it.
class Made {
 public:
  explicit Made(unsigned bits) : words_(histogram_bytes(bits) / sizeof(double)) {
    CHECK(make_histogram(bytes(), bits));
  }
  std::span<std::byte> bytes() { return std::as_writable_bytes(std::span(words_)); }
  std::uint32_t& word(std::size_t offset) {
    return *reinterpret_cast<std::uint32_t*>(bytes().data() + offset);
  }

 private:
  std::vector<double> words_;
};

double exact_quantile(const std::vector<std::uint64_t>& sorted, double q) {
  const double rank = std::max(1.0, std::ceil(q * static_cast<double>(sorted.size()) * (1 - 0x1p-50)));
  return static_cast<double>(sorted[static_cast<std::size_t>(rank) - 1]);
}

void check_against(std::vector<std::uint64_t> values, const HistogramReader& histogram) {
  std::sort(values.begin(), values.end());
  double sum = 0;
  for (const std::uint64_t value : values) sum += static_cast<double>(value);
  double out[std::size(kQuantiles)];
  const HistogramSummary summary = histogram.read(kQuantiles, out);
  CHECK_EQ(summary.count, values.size());
  CHECK_EQ(histogram.count(), static_cast<double>(values.size()));
  CHECK(std::abs(summary.sum - sum) <= sum * 1e-12);
  CHECK_EQ(summary.min, static_cast<double>(values.front()));
  CHECK_EQ(summary.max, static_cast<double>(values.back()));
  CHECK_EQ(summary.rounds, 0u);
  for (std::size_t i = 0; i < std::size(kQuantiles); ++i) {
    const double exact = exact_quantile(values, kQuantiles[i]);
    const check::Note note("quantile " + std::to_string(kQuantiles[i]) + ": " + std::to_string(out[i]) +
                           ", exactly " + std::to_string(exact));
    CHECK(std::abs(out[i] - exact) <= exact * kWithin);
    CHECK_EQ(out[i], histogram.quantile(kQuantiles[i]));
  }
}

TEST("every whole number is within 1/128 of the middle of its bucket, and buckets are in order") {
  Random random(check::seed());
  const auto within = [](std::uint64_t value) {
    const double exact = static_cast<double>(value);
    return std::abs(histogram_middle(histogram_bucket(value)) - exact) <= exact * kWithin;
  };
  std::uint32_t last = 0;
  for (std::uint64_t value = 0; value < 100'000; ++value) {
    const std::uint32_t bucket = histogram_bucket(value);
    if (!CHECK(within(value)) || !CHECK(bucket == last || bucket == last + 1)) return;
    last = bucket;
  }
  for (unsigned bit = 7; bit < kMaxHistogramBits; ++bit) {
    for (std::int64_t near = -66; near <= 66; ++near) {
      const std::uint64_t value = (std::uint64_t{1} << bit) + static_cast<std::uint64_t>(near);
      if (!CHECK(within(value)) || !CHECK(histogram_bucket(value) <= histogram_bucket(value + 1))) return;
    }
    for (int i = 0; i < 1000; ++i) {
      if (!CHECK(within((std::uint64_t{1} << bit) + random.below(std::uint64_t{1} << bit)))) return;
    }
  }
}

TEST("the last bucket of each range ends with its largest value") {
  for (unsigned bits = kMinHistogramBits; bits <= kMaxHistogramBits; ++bits) {
    CHECK_EQ(histogram_bucket(histogram_top(bits)), histogram_buckets(bits) - 1);
    CHECK_EQ(histogram_bucket(histogram_top(bits) + 1), histogram_buckets(bits));
  }
}

TEST("quantiles, count, sum and extremes of random values are those of the sorted values") {
  Random random(check::seed());
  for (const unsigned bits : {kSmallHistogramBits, kFullHistogramBits, kMaxHistogramBits}) {
    for (int shape = 0; shape < 6; ++shape) {
      const check::Note note("bits " + std::to_string(bits) + ", shape " + std::to_string(shape));
      Made made(bits);
      HistogramWriter writer(made.bytes());
      std::vector<std::uint64_t> values(1 + random.below(check::scaled(50'000u, 5'000u)));
      for (std::uint64_t& value : values) {
        const std::uint64_t any = random.below(histogram_top(bits) + 1);
        switch (shape) {
          case 0:
            value = any;
            break;  // uniform
          case 1:
            value = any >> random.below(bits);
            break;  // each octave alike
          case 2:
            value = random.below(100);
            break;  // small
          case 3:
            value = random.one_in(1000) ? any : 40 + random.below(20);
            break;  // a long tail
          case 4:
            value = 123'457;
            break;  // one
          default:
            value = random.one_in(2) ? 3 : histogram_top(bits);
            break;  // both ends
        }
        writer.record(value);
      }
      check_against(values, HistogramReader(made.bytes()));
    }
  }
}

TEST("an empty histogram has no quantiles") {
  Made made(kSmallHistogramBits);
  double out[2] = {1, 1};
  const HistogramSummary summary = HistogramReader(made.bytes()).read(std::span(kQuantiles).first(2), out);
  CHECK_EQ(summary.count, 0u);
  CHECK_EQ(summary.min, 0.0);
  CHECK_EQ(summary.max, 0.0);
  CHECK_EQ(out[0], 0.0);
  CHECK_EQ(out[1], 0.0);
}

TEST("what is above the range is counted, and is the maximum") {
  Made made(kMinHistogramBits);
  HistogramWriter writer(made.bytes());
  writer.record(histogram_top(kMinHistogramBits));
  writer.record(histogram_top(kMinHistogramBits) + 1);
  writer.record(std::uint64_t{1} << 60);
  CHECK_EQ(writer.above(), 2u);
  CHECK_EQ(writer.count(), 3.0);
  CHECK_EQ(writer.quantile(0.3), static_cast<double>(histogram_top(kMinHistogramBits)));
  CHECK_EQ(writer.quantile(0.5), 0x1p60);
}

TEST("a duration is recorded by its whole part; below 0 and NaN as 0, what is too large as 2^53") {
  CHECK_EQ(histogram_whole(12.9), 12u);
  CHECK_EQ(histogram_whole(0.9), 0u);
  CHECK_EQ(histogram_whole(-5), 0u);
  CHECK_EQ(histogram_whole(std::nan("")), 0u);
  CHECK_EQ(histogram_whole(INFINITY), std::uint64_t{1} << 53);
}

TEST("a histogram is made and found only in memory that has room for it") {
  std::vector<double> words(histogram_bytes(10) / sizeof(double));
  const std::span<std::byte> memory = std::as_writable_bytes(std::span(words));
  CHECK(!has_histogram(memory));
  CHECK(!make_histogram(memory, 11));
  CHECK(!make_histogram(memory, kMinHistogramBits - 1));
  CHECK(!make_histogram(memory, kMaxHistogramBits + 1));
  CHECK(!make_histogram(memory.subspan(4), kMinHistogramBits));
  CHECK(!has_histogram(memory));
  CHECK(make_histogram(memory, 10));
  CHECK(has_histogram(memory));
  CHECK(!has_histogram(memory.first(memory.size() - 1)));
  CHECK(!has_histogram(memory.first(8)));
  CHECK(!has_histogram(memory.subspan(4)));
}

TEST("two histograms of any ranges merged are one of all values") {
  Random random(check::seed());
  for (const auto& [from, into] : {std::pair{kSmallHistogramBits, kFullHistogramBits},
                                   std::pair{kFullHistogramBits, kFullHistogramBits}}) {
    Made a(from), b(into);
    HistogramWriter first(a.bytes()), second(b.bytes());
    std::vector<std::uint64_t> values;
    for (int i = 0; i < 20'000; ++i) {
      values.push_back(random.below(histogram_top(from)) >> random.below(20));
      (random.one_in(3) ? first : second).record(values.back());
    }
    second.merge(first);
    check_against(values, second);
  }
}

TEST("merged into a smaller range, values are above it; above the other's, they are its maximum") {
  Made small(kMinHistogramBits), full(kFullHistogramBits), again(kFullHistogramBits);
  HistogramWriter large(full.bytes()), little(small.bytes()), last(again.bytes());
  large.record(10);
  large.record(1000);
  little.merge(large);
  CHECK_EQ(little.above(), 1u);
  CHECK_EQ(little.count(), 2.0);
  CHECK_EQ(little.quantile(0.5), 10.0);
  last.record(5000);
  last.merge(little);
  CHECK_EQ(last.above(), 0u);
  CHECK(std::abs(last.quantile(0.6) - 1000) <= 1000 * kWithin);
  CHECK_EQ(last.quantile(1), 5000.0);
}

TEST("a counter that goes round is told, and the difference of two readings stays right") {
  Made made(kSmallHistogramBits);
  HistogramWriter writer(made.bytes());
  made.word(kHistogramBuckets + 7 * 4) = 0xFFFF'FFFF;
  *reinterpret_cast<double*>(made.bytes().data() + kHistogramCount) = 0xFFFF'FFFFp0;
  const std::uint32_t before = writer.in_bucket(7);
  for (int i = 0; i < 5; ++i) writer.record(7);
  CHECK_EQ(writer.in_bucket(7) - before, 5u);
  CHECK_EQ(writer.read({}, {}).rounds, 1u);
  CHECK_EQ(writer.count(), 0x1p32 + 4);
}

TEST("a reader sees only values that are recorded, and in the end all of them") {
  Made made(kSmallHistogramBits);
  constexpr std::uint64_t kValues[] = {100, 10'000, 1'000'000};
  const std::uint32_t rounds = check::scaled(3'000'000u, 200'000u);
  std::atomic<bool> done{false};
  std::thread thread([&] {
    HistogramWriter writer(made.bytes());
    for (std::uint32_t i = 0; i < rounds; ++i) writer.record(kValues[i % std::size(kValues)]);
    done.store(true, std::memory_order_release);  // release: the counters before it
  });
  const HistogramReader reader(made.bytes());
  std::uint64_t last = 0, readings = 0;
  bool good = true;
  // acquire: pairs with the release above
  for (bool end = false; !end;) {
    end = done.load(std::memory_order_acquire);
    double out[3] = {};
    const double quantiles[] = {0.2, 0.5, 0.8};
    const HistogramSummary summary = reader.read(quantiles, out);
    good &= summary.count >= last && summary.count <= rounds && summary.rounds == 0;
    // The buckets are not read at one moment: which of the three it is may be off while there are few.
    for (const double value : out) {
      good &=
          summary.count == 0 || std::any_of(std::begin(kValues), std::end(kValues), [&](std::uint64_t one) {
            return std::abs(value - static_cast<double>(one)) <= static_cast<double>(one) * kWithin;
          });
    }
    last = summary.count;
    ++readings;
  }
  thread.join();
  CHECK(good);
  CHECK(readings > 1);
  CHECK_EQ(last, std::uint64_t{rounds});
  CHECK_EQ(reader.quantile(0.5), histogram_middle(histogram_bucket(10'000)));
}

TEST("what C++ writes: the same bytes and quantiles as in test/metrics/histogram.test.ts") {
  for (const auto& [bits, checksum, p50, p999] :
       {std::tuple{kSmallHistogramBits, 3450733313u, 138.5, 16318399.5},
        std::tuple{kFullHistogramBits, 3748706088u, 9109439.5, 1069446856639.5}}) {
    Made made(bits);
    HistogramWriter writer(made.bytes());
    std::uint32_t state = 1;
    for (int i = 0; i < 100'000; ++i) {
      state = state * 1664525 + 1013904223;
      const std::uint32_t shift = state >> 27;
      state = state * 1664525 + 1013904223;
      writer.record((bits < 32 ? std::uint64_t{state} >> (32 - bits) : std::uint64_t{state} << (bits - 32)) >>
                    shift);
    }
    std::uint32_t hash = 2166136261;  // FNV-1a
    for (const std::byte byte : made.bytes()) hash = (hash ^ static_cast<std::uint32_t>(byte)) * 16777619;
    CHECK_EQ(hash, checksum);
    CHECK_EQ(writer.quantile(0.5), p50);
    CHECK_EQ(writer.quantile(0.999), p999);
  }
}

TEST("the cost of record() is printed") {
  Made made(kFullHistogramBits);
  HistogramWriter writer(made.bytes());
  Random random(check::seed());
  std::vector<std::uint64_t> values(4096);
  for (std::uint64_t& value : values) value = (random.bits() >> 30) >> random.below(30);
  const int rounds = check::scaled(5000, 5);
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < rounds; ++i) {
    for (const std::uint64_t value : values) writer.record(value);
  }
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begin;
  std::printf("record(): %.2f ns\n", took.count() / rounds / static_cast<double>(values.size()));
  CHECK_EQ(writer.count(), static_cast<double>(rounds) * static_cast<double>(values.size()));
}

}  // namespace
