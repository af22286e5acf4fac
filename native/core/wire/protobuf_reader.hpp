// A reader of the protobuf wire format over one message; no allocation, no schema.
// Layout of tags and wire types: protobuf.dev/programming-guides/encoding.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace ibkr {

class ProtobufReader {
 public:
  enum class Wire : std::uint8_t { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 };

  explicit ProtobufReader(std::string_view message)
      : p_(reinterpret_cast<const std::uint8_t*>(message.data())), end_(p_ + message.size()) {}

  /// False once anything was cut off or is no protobuf.
  bool ok() const { return ok_; }

  /// Moves to the next field; false at the end or on an error. The field must then be read or skipped.
  bool next() {
    if (p_ == end_ || !ok_) return false;
    const std::uint64_t tag = varint();
    field_ = static_cast<std::uint32_t>(tag >> 3);
    wire_ = static_cast<Wire>(tag & 7);
    if (tag > 0xFFFFFFFFu || field_ == 0) ok_ = false;
    return ok_;
  }
  std::uint32_t field() const { return field_; }
  Wire wire() const { return wire_; }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (p_ == end_) break;
      const std::uint8_t byte = *p_++;
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
    ok_ = false;
    return 0;
  }

  /// An int32 field: negatives arrive as ten bytes, sign-extended to 64 bits.
  std::int32_t int32() { return expect(Wire::Varint) ? static_cast<std::int32_t>(varint()) : 0; }
  std::int64_t int64() { return expect(Wire::Varint) ? static_cast<std::int64_t>(varint()) : 0; }
  bool boolean() { return expect(Wire::Varint) && varint() != 0; }

  double float64() {
    if (!expect(Wire::Fixed64) || end_ - p_ < 8) return ok_ = false, 0.0;
    std::uint64_t bits = 0;
    for (int i = 7; i >= 0; --i) bits = bits << 8 | p_[i];
    p_ += 8;
    return std::bit_cast<double>(bits);
  }

  std::string_view bytes() {
    if (!expect(Wire::Bytes)) return {};
    const std::uint64_t size = varint();
    if (!ok_ || size > static_cast<std::uint64_t>(end_ - p_)) return ok_ = false, std::string_view{};
    const std::string_view view(reinterpret_cast<const char*>(p_), static_cast<std::size_t>(size));
    p_ += size;
    return view;
  }

  void skip() {
    switch (wire_) {
      case Wire::Varint:
        varint();
        return;
      case Wire::Fixed64:
        advance(8);
        return;
      case Wire::Fixed32:
        advance(4);
        return;
      case Wire::Bytes:
        bytes();
        return;
      default:
        ok_ = false;  // groups (3, 4) were never in use here; 6 and 7 do not exist
    }
  }

 private:
  bool expect(Wire wire) {
    if (wire_ != wire) ok_ = false;
    return ok_;
  }
  void advance(std::ptrdiff_t n) {
    if (end_ - p_ < n)
      ok_ = false;
    else
      p_ += n;
  }

  const std::uint8_t* p_;
  const std::uint8_t* end_;
  std::uint32_t field_ = 0;
  Wire wire_ = Wire::Varint;
  bool ok_ = true;
};

}  // namespace ibkr
