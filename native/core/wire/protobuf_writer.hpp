// Appends fields of the protobuf wire format to a string; the counterpart of protobuf_reader.hpp.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

namespace ibkr {

class ProtobufWriter {
 public:
  explicit ProtobufWriter(std::string& out) : out_(out) {}

  void varint(std::uint64_t value) {
    while (value >= 0x80) {
      out_.push_back(static_cast<char>(value | 0x80));
      value >>= 7;
    }
    out_.push_back(static_cast<char>(value));
  }
  void tag(std::uint32_t field, std::uint32_t wire) { varint(std::uint64_t{field} << 3 | wire); }
  /// Negative numbers are extended to 64 bits: ten bytes.
  void int32(std::uint32_t field, std::int32_t value) {
    tag(field, 0);
    varint(static_cast<std::uint64_t>(static_cast<std::int64_t>(value)));
  }
  void float64(std::uint32_t field, double value) {
    tag(field, 1);
    auto bits = std::bit_cast<std::uint64_t>(value);
    for (int i = 0; i < 8; ++i, bits >>= 8) out_.push_back(static_cast<char>(bits & 0xFF));
  }
  void bytes(std::uint32_t field, std::string_view value) {
    tag(field, 2);
    varint(value.size());
    out_.append(value);
  }

 private:
  std::string& out_;
};

}  // namespace ibkr
