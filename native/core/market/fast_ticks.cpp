#include "market/fast_ticks.hpp"

#include <bit>
#include <cstring>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "market/fast_ticks_avx2.hpp"
#include "market/short_fields.hpp"
#include "wire/framer.hpp"

namespace ibkr {

namespace {

constexpr std::uint32_t kLongestProto = 48;  // of a payload, in bytes: four of id and five fields

/// Bit i is set if byte i of the 48 at `p` is zero.
std::uint64_t zero_bytes(const char* p) {
#if defined(__SSE2__)
  const __m128i zero = _mm_setzero_si128();
  std::uint64_t mask = 0;
  for (int i = 0; i < 3; ++i) {
    const __m128i part = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + 16 * i));
    mask |=
        static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(part, zero))))
        << (16 * i);
  }
  return mask;
#else
  std::uint64_t mask = 0;
  for (unsigned i = 0; i < 6; ++i) {
    const std::uint64_t bytes = load_eight(p + 8 * i);
    // Exact per byte (no borrow between bytes): the top bit is set where the byte is zero.
    const std::uint64_t tops =
        ~(((bytes & 0x7F7F7F7F7F7F7F7F) + 0x7F7F7F7F7F7F7F7F) | bytes | 0x7F7F7F7F7F7F7F7F);
    mask |= ((tops >> 7) * 0x0102040810204081 >> 56) << (8 * i);  // gathers eight bits into one byte
  }
  return mask;
#endif
}

/// Walks the fields of a text frame by the places where they end.
struct Fields {
  const char* p;
  std::uint64_t ends;
  std::uint32_t at;
  bool good = true;

  /// The next field's length; `at` moves behind it. No field left: a length that fits nothing.
  std::uint32_t next(const char*& start) {
    start = p + at;
    const auto end = static_cast<std::uint32_t>(std::countr_zero(ends));
    ends &= ends - 1;
    const std::uint32_t length = end - at;
    at = end + 1;
    return length;
  }
  std::uint32_t integer() {
    const char* start = nullptr;
    const std::uint32_t length = next(start);
    return short_integer(start, length, good);
  }
  /// A request id: those of our own requests have ten digits.
  std::uint32_t id() {
    const char* start = nullptr;
    const std::uint32_t length = next(start);
    return id_integer(start, length, good);
  }
  double decimal() {
    const char* start = nullptr;
    const std::uint32_t length = next(start);
    return long_decimal(start, length, good);
  }
};

template <typename Values>
void fill(Record* out, RecordKind kind, std::uint32_t req_id, std::uint32_t tick_type, std::uint32_t attrib,
          double received_micros, const Values& values) {
  out->kind = kind;
  out->flags = 0;
  out->slots = 1;
  out->req_id = static_cast<std::int32_t>(req_id);
  out->field = static_cast<std::int32_t>(tick_type);
  out->aux = static_cast<std::int32_t>(attrib);
  out->received_micros = received_micros;
  std::memcpy(out->values, &values, sizeof values);
}

/// A varint below 2^31; null if it is more, or negative.
const char* short_varint(const char* p, std::uint32_t& out) {
  const auto* b = reinterpret_cast<const unsigned char*>(p);
  std::uint32_t value = b[0] & 0x7F;
  if (b[0] < 0x80) return out = value, p + 1;
  value |= static_cast<std::uint32_t>(b[1] & 0x7F) << 7;
  if (b[1] < 0x80) return out = value, p + 2;
  value |= static_cast<std::uint32_t>(b[2] & 0x7F) << 14;
  if (b[2] < 0x80) return out = value, p + 3;
  value |= static_cast<std::uint32_t>(b[3] & 0x7F) << 21;
  if (b[3] < 0x80) return out = value, p + 4;
  if (b[4] >= 0x08) return nullptr;
  return out = value | static_cast<std::uint32_t>(b[4]) << 28, p + 5;
}

constexpr char tag(int field, int wire) { return static_cast<char>(field << 3 | wire); }

}  // namespace

bool take_text_tick(const char* payload, std::uint32_t length, double received_micros, Record* out) {
  const auto head = static_cast<std::uint32_t>(load_eight(payload));
  if (length > kLongestTextTick || length < kShortestTextTick) return false;
  if (head != kTickPriceHead && head != kTickSizeHead) return false;
  const std::uint64_t ends = zero_bytes(payload) & ((std::uint64_t{1} << length) - 1);
  Fields in{payload, ends & ~std::uint64_t{0b1010}, 4};
  const std::uint32_t req_id = in.id();
  const std::uint32_t tick_type = in.integer();
  if (head == kTickPriceHead) {
    const double price = in.decimal();
    const double size = in.decimal();
    const std::uint32_t attrib = in.integer();
    // No field left over, and the last one ended with the frame.
    if (!in.good || in.ends != 0 || in.at != length) return false;
    fill(out, RecordKind::TickPrice, req_id, tick_type, attrib, received_micros,
         TickPriceValues{.price = price, .size = size});
    return true;
  }
  const double size = in.decimal();
  if (!in.good || in.ends != 0 || in.at != length) return false;
  fill(out, RecordKind::TickSize, req_id, tick_type, 0, received_micros, TickSizeValues{.size = size});
  return true;
}

namespace {

/// The same of a protobuf payload, from the four bytes of its id on.
bool take_protobuf_tick(const char* payload, std::uint32_t length, double received_micros, Record* out) {
  if (length > kLongestProto || length < 4) return false;
  const std::uint32_t id = read_be32(payload);
  if (id != 201 && id != 202) return false;
  const char* p = payload + 4;
  const char* const end = payload + length;
  // The slack behind the payload makes every read below safe; `p == end` at last proves that all was inside.
  std::uint32_t req_id = 0, tick_type = 0, attrib = 0;
  if (p[0] != tag(1, 0) || (p = short_varint(p + 1, req_id)) == nullptr) return false;
  if (p[0] != tag(2, 0) || (p = short_varint(p + 1, tick_type)) == nullptr) return false;
  double price = 0;
  if (id == 201) {
    if (p[0] != tag(3, 1)) return false;
    price = std::bit_cast<double>(load_eight(p + 1));
    p += 9;
    if (p[0] != tag(4, 2)) return false;
  } else if (p[0] != tag(3, 2)) {
    return false;
  }
  bool good = true;
  const std::uint32_t size_length = static_cast<unsigned char>(p[1]);
  const double size = long_decimal(p + 2, size_length, good);
  if (!good) return false;
  p += 2 + size_length;
  if (id == 202) {
    if (p != end) return false;
    fill(out, RecordKind::TickSize, req_id, tick_type, 0, received_micros, TickSizeValues{.size = size});
    return true;
  }
  if (p != end && (p[0] != tag(5, 0) || (p = short_varint(p + 1, attrib)) == nullptr)) return false;
  if (p != end) return false;
  fill(out, RecordKind::TickPrice, req_id, tick_type, attrib, received_micros,
       TickPriceValues{.price = price, .size = size});
  return true;
}

/// The frames at the start of `bytes`, one by one.
template <auto take_tick>
FastRun run(std::string_view bytes, double received_micros, std::span<Record> out) {
  FastRun run;
  while (run.ticks < out.size() && bytes.size() - run.bytes >= kFrameHeader) {
    const char* const frame = bytes.data() + run.bytes;
    const std::uint32_t length = read_be32(frame);
    if (length > bytes.size() - run.bytes - kFrameHeader) break;
    if (!take_tick(frame + kFrameHeader, length, received_micros, &out[run.ticks])) break;
    run.bytes += static_cast<std::uint32_t>(kFrameHeader) + length;
    ++run.ticks;
  }
  return run;
}

}  // namespace

Instructions best_instructions() {
#if defined(IBKR_HAS_AVX2_TICKS)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
      __builtin_cpu_supports("popcnt"))
    return Instructions::Avx2;
#endif
  return Instructions::Portable;
}

FastTicks fast_text_ticks([[maybe_unused]] Instructions instructions) {
#if defined(IBKR_HAS_AVX2_TICKS)
  if (instructions == Instructions::Avx2) return fast_text_ticks_avx2;
#endif
  return run<take_text_tick>;
}

FastTicks fast_protobuf_ticks() { return run<take_protobuf_tick>; }

}  // namespace ibkr
