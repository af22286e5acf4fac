// Writes protobuf messages field by field, for tests: shares nothing with the core's reader.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

namespace ibkr::test {

class ProtobufWriter {
 public:
  ProtobufWriter& varint(std::uint32_t field, std::uint64_t value) {
    tag(field, 0);
    raw_varint(value);
    return *this;
  }
  /// int32 and int64 alike: negatives take ten bytes.
  ProtobufWriter& integer(std::uint32_t field, std::int64_t value) {
    return varint(field, static_cast<std::uint64_t>(value));
  }
  ProtobufWriter& float64(std::uint32_t field, double value) {
    tag(field, 1);
    little_endian(std::bit_cast<std::uint64_t>(value), 8);
    return *this;
  }
  ProtobufWriter& fixed32(std::uint32_t field, std::uint32_t value) {
    tag(field, 5);
    little_endian(value, 4);
    return *this;
  }
  ProtobufWriter& bytes(std::uint32_t field, std::string_view value) {
    tag(field, 2);
    raw_varint(value.size());
    out_.append(value);
    return *this;
  }
  ProtobufWriter& message(std::uint32_t field, const ProtobufWriter& value) {
    return bytes(field, value.out_);
  }
  void tag(std::uint32_t field, std::uint32_t wire) { raw_varint(std::uint64_t{field} << 3 | wire); }
  void raw_varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out_.push_back(static_cast<char>(value | 0x80));
    out_.push_back(static_cast<char>(value));
  }
  const std::string& str() const { return out_; }

 private:
  void little_endian(std::uint64_t value, int size) {
    for (; size > 0; --size, value >>= 8) out_.push_back(static_cast<char>(value));
  }
  std::string out_;
};

}  // namespace ibkr::test
