#include "market/fast_ticks_avx2.hpp"

#if defined(IBKR_HAS_AVX2_TICKS)

#include <immintrin.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "market/short_fields.hpp"
#include "wire/framer.hpp"

// How: places of NUL and '.' become bit masks; field ends are their lowest bits in turn; a table of shuffles,
// chosen by a number's length and the place of its point, moves its digits to the right end of eight bytes
// and the point out; then three multiply-adds make numbers of all fields at once. Every check adds to one
// word, tested once. Which of the two messages it is decides masks, not branches: a feed mixes them at
// random, and a wrong guess costs as much as half a tick.

#define IBKR_AVX2 [[gnu::target("avx2,bmi,bmi2,popcnt")]]
#define IBKR_AVX2_INLINE [[gnu::target("avx2,bmi,bmi2,popcnt"), gnu::always_inline]] inline

namespace ibkr {

namespace {

constexpr std::uint8_t kNothing = 0x80;  // in a shuffle: a zero

/// For a number of `length` characters (0 to 8) with its point at `point` (`length`: none).
struct NumberTable {
  static constexpr std::uint32_t row(std::uint32_t length, std::uint32_t point) {
    return length * 16 + point;
  }
  alignas(64) std::array<std::array<std::uint8_t, 8>, 9 * 16> shuffle;
  std::array<double, 9 * 16> power;  // of ten, to divide the digits by
};
consteval NumberTable make_number_table() {
  NumberTable table{};
  for (std::uint32_t length = 0; length <= 8; ++length) {
    for (std::uint32_t point = 0; point <= length; ++point) {
      const std::uint32_t row = NumberTable::row(length, point);
      std::uint32_t to = 8;
      for (std::uint32_t from = length; from > 0; --from)
        if (from - 1 != point || length == 1)  // a point alone stays and is found to be no digit
          table.shuffle[row][--to] = static_cast<std::uint8_t>(from - 1);
      while (to > 0) table.shuffle[row][--to] = kNothing;
      table.power[row] = 1;
      for (std::uint32_t i = point + 1; i < length; ++i) table.power[row] *= 10;
    }
  }
  return table;
}
constexpr NumberTable kNumbers = make_number_table();

/// For a request id of 1 to 10 digits and a tick type of 1 to 4, NUL between them: the first ends twelve
/// bytes, the second the four behind.
using IdTable = std::array<std::array<std::uint8_t, 16>, 40>;
constexpr std::uint32_t id_row(std::uint32_t id_less_one, std::uint32_t type_less_one) {
  return id_less_one * 4 + type_less_one;
}
consteval IdTable make_id_table() {
  IdTable table{};
  for (std::uint32_t id = 1; id <= 10; ++id) {
    for (std::uint32_t type = 1; type <= 4; ++type) {
      auto& row = table[id_row(id - 1, type - 1)];
      row.fill(kNothing);
      for (std::uint32_t i = 0; i < id; ++i) row[12 - id + i] = static_cast<std::uint8_t>(i);
      for (std::uint32_t i = 0; i < type; ++i) row[16 - type + i] = static_cast<std::uint8_t>(id + 1 + i);
    }
  }
  return table;
}
alignas(64) constexpr IdTable kIds = make_id_table();

IBKR_AVX2_INLINE __m128i load16(const void* p) { return _mm_loadu_si128(static_cast<const __m128i*>(p)); }
IBKR_AVX2_INLINE __m128i load8(const void* p) { return _mm_loadl_epi64(static_cast<const __m128i*>(p)); }
IBKR_AVX2_INLINE __m128i load8_8(const void* low, const void* high) {
  return _mm_castps_si128(_mm_loadh_pi(_mm_castsi128_ps(load8(low)), static_cast<const __m64*>(high)));
}
IBKR_AVX2_INLINE std::uint64_t places(__m256i front, __m128i back, char c) {
  const auto low =
      static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(front, _mm256_set1_epi8(c))));
  const auto high = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(back, _mm_set1_epi8(c))));
  return std::uint64_t{high} << 32 | low;
}
IBKR_AVX2_INLINE std::uint32_t lowest(std::uint64_t bits) {
  return static_cast<std::uint32_t>(_tzcnt_u64(bits));  // 64: none
}
// A byte above 9 carries into its top bit when 0x76 is added; a byte above 0x7F has it already.
constexpr char kToTopBit = 0x76;

/// kind, flags and slots as they lie in a record. `price`: 1 or 0.
IBKR_AVX2_INLINE void put_kind(Record& out, std::uint32_t price) {
  static_assert(static_cast<int>(RecordKind::TickPrice) == 1 && static_cast<int>(RecordKind::TickSize) == 2);
  const std::uint32_t word = 0x10002 - price;
  std::memcpy(&out, &word, sizeof word);
}

/// One text frame's payload; false: not mine.
IBKR_AVX2_INLINE bool take_text(const char* const p, const std::uint32_t length, double received_micros,
                                Record& out) {
  std::uint32_t head = 0;
  std::memcpy(&head, p, sizeof head);
  const std::uint32_t price = head == kTickPriceHead;
  if (!price && head != kTickSizeHead) return false;
  const std::uint32_t if_price = 0 - price;  // all bits or none

  const __m256i front = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
  const __m128i back = load16(p + 32);
  const std::uint64_t points = places(front, back, '.');
  // Of id, type, price (or size) and size; the first two zeros are behind the head.
  std::uint64_t ends = _bzhi_u64(places(front, back, '\0'), length) & ~std::uint64_t{0b1010};
  const auto fields = static_cast<std::uint32_t>(_mm_popcnt_u64(ends));
  const std::uint32_t id_end = lowest(ends);
  ends = _blsr_u64(ends);
  const std::uint32_t type_end = lowest(ends);
  ends = _blsr_u64(ends);
  const std::uint32_t first_end = lowest(ends);
  ends = _blsr_u64(ends);
  const std::uint32_t second_end = lowest(ends);

  const std::uint32_t id_less_one = id_end - 5, type_less_one = type_end - id_end - 2;
  const std::uint32_t first = first_end - type_end - 1, second = (second_end - first_end - 1) & if_price;
  // Only bits 0 to 2 are known: one digit.
  const std::uint32_t attrib =
      (static_cast<unsigned char>(p[second_end + 1]) - std::uint32_t{'0'}) & if_price;
  const std::uint32_t whole = price ? second_end + 3 : first_end + 1;
  const std::uint32_t unusual = (id_less_one > 9) | type_less_one >> 2 |
                                ((first - 1) | (second - price)) >> 3 | (fields ^ (3 + 2 * price)) |
                                (whole ^ length) | attrib >> 3;
  if (unusual != 0) [[unlikely]]
    return false;

  const std::uint32_t row1 = NumberTable::row(first, std::min(lowest(points >> (type_end + 1)), first));
  const std::uint32_t row2 = NumberTable::row(second, std::min(lowest(points >> (first_end + 1)), second));
  const __m128i zeros = _mm_set1_epi8('0');
  const __m128i ids = _mm_shuffle_epi8(_mm_xor_si128(load16(p + 4), zeros),
                                       load16(kIds[id_row(id_less_one, type_less_one)].data()));
  // The second number's characters stand eight bytes further.
  const __m128i shuffle = _mm_or_si128(load8_8(kNumbers.shuffle[row1].data(), kNumbers.shuffle[row2].data()),
                                       _mm_set_epi64x(0x0808080808080808, 0));
  const __m128i numbers =
      _mm_shuffle_epi8(_mm_xor_si128(load8_8(p + type_end + 1, p + first_end + 1), zeros), shuffle);
  const __m256i digits = _mm256_set_m128i(ids, numbers);
  const __m256i tops = _mm256_or_si256(digits, _mm256_add_epi8(digits, _mm256_set1_epi8(kToTopBit)));
  const __m256i fours = _mm256_madd_epi16(_mm256_maddubs_epi16(digits, _mm256_set1_epi16(0x010A)),
                                          _mm256_set1_epi32(0x00010064));
  const __m256i eights =
      _mm256_add_epi64(_mm256_mul_epu32(fours, _mm256_set1_epi64x(10'000)), _mm256_srli_epi64(fours, 32));
  const __m128i id_fours = _mm256_extracti128_si256(fours, 1);
  const auto id_upper = static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm256_extracti128_si256(eights, 1)));
  const std::uint64_t id = id_upper * 10'000 + static_cast<std::uint32_t>(_mm_extract_epi32(id_fours, 2));
  if ((_mm256_movemask_epi8(tops) != 0) | (id >> 31 != 0)) [[unlikely]]
    return false;

  // Exact: at most eight digits in a double's 52 bits, divided by a power of ten that is an exact double.
  const __m128d two52 = _mm_set1_pd(4503599627370496.0);
  const __m128d whole_numbers = _mm_sub_pd(
      _mm_castsi128_pd(_mm_or_si128(_mm256_castsi256_si128(eights), _mm_castpd_si128(two52))), two52);
  const __m128d powers = _mm_loadh_pd(_mm_load_sd(&kNumbers.power[row1]), &kNumbers.power[row2]);
  put_kind(out, price);
  out.req_id = static_cast<std::int32_t>(id);
  out.field = _mm_extract_epi32(id_fours, 3);
  out.aux = static_cast<std::int32_t>(attrib);
  out.received_micros = received_micros;
  _mm_storeu_pd(out.values, _mm_div_pd(whole_numbers, powers));
  return true;
}

}  // namespace

IBKR_AVX2 FastRun fast_text_ticks_avx2(std::string_view bytes, double received_micros,
                                       std::span<Record> out) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  std::uint32_t ticks = 0;
  while (ticks < out.size() && end - at >= static_cast<std::ptrdiff_t>(kFrameHeader)) {
    const std::uint32_t length = read_be32(at);
    const char* const payload = at + kFrameHeader;
    if (length - kShortestTextTick > kLongestTextTick - kShortestTextTick || length > end - payload) break;
    // Numbers of more than eight characters take a little longer; what else is unusual is not ours.
    if (!take_text(payload, length, received_micros, out[ticks]) &&
        !take_text_tick(payload, length, received_micros, &out[ticks]))
      break;
    at = payload + length;
    ++ticks;
  }
  return {static_cast<std::uint32_t>(at - bytes.data()), ticks};
}

}  // namespace ibkr
#endif
