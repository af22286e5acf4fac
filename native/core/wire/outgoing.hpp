// Ids of what a client sends, read from a frame's first bytes: for whoever has to know what is about to
// leave.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "wire/message_ids.hpp"

namespace ibkr {

enum class OutgoingId : std::int32_t {
  None = 0,  ///< the frame begins with no id
  PlaceOrder = 3,
  CancelOrder = 4,
  AutoOpenOrders = 15,
  ReplaceFa = 19,
  ExerciseOptions = 21,
  GlobalCancel = 58,
};

struct OutgoingFrame {
  OutgoingId id = OutgoingId::None;
  bool is_protobuf = false;
  bool is_text = false;  ///< its id is text, and so is what follows; otherwise four bytes
  std::string_view body{};
};

/// No server version is asked for: the first byte of a number in text is a digit, that of an id in four bytes
/// is 0, for no id is as large as 2^24.
constexpr OutgoingFrame read_outgoing(std::string_view payload) {
  OutgoingFrame out;
  const auto byte = [payload](std::size_t i) { return static_cast<unsigned char>(payload[i]); };
  if (!payload.empty() && payload[0] != '\0') {
    std::int32_t id = 0;
    std::size_t i = 0;
    for (; i < payload.size() && i < 9 && payload[i] >= '0' && payload[i] <= '9'; ++i)
      id = id * 10 + (payload[i] - '0');
    if (i == 0 || i == payload.size() || payload[i] != '\0') return out;
    return {static_cast<OutgoingId>(id), false, true, payload.substr(i + 1)};
  }
  if (payload.size() < 4) return out;
  const auto id = static_cast<std::int32_t>(byte(1) << 16 | byte(2) << 8 | byte(3));
  const bool is_protobuf = id > kProtobufOffset;
  return {static_cast<OutgoingId>(is_protobuf ? id - kProtobufOffset : id), is_protobuf, false,
          payload.substr(4)};
}

/// Bits of the ids that only read, or end what does: the one list of what a connection that only reads lets
/// through. What is not on it does not pass, and neither does what begins with no id.
class ReadingIds {
 public:
  static constexpr bool has(OutgoingId id) {
    const auto number = static_cast<std::int32_t>(id);
    return number > 0 && number < 128 &&
           (kBits[static_cast<std::size_t>(number / 64)] >> (number % 64) & 1) != 0;
  }

 private:
  // Requests and cancels of data, accounts, contracts, history, news, scanners and calendars; the greeting
  // (71). Not among them: orders and what they need (3, 4, 15, 21, 58), settings of the gateway (14, 19,
  // 109), display groups that others see (69), verification (65, 66, 72, 73).
  static constexpr std::int32_t kReading[] = {
      1,  2,  5,  6,  7,  8,  9,  10, 11, 12,  13,  16,  17,  18,  20,  22,  23,  24,
      25, 49, 50, 51, 52, 53, 54, 55, 56, 57,  59,  61,  62,  63,  64,  67,  68,  70,
      71, 74, 75, 76, 77, 78, 79, 80, 81, 82,  83,  84,  85,  86,  87,  88,  89,  90,
      91, 92, 93, 94, 95, 96, 97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108};
  static constexpr std::array<std::uint64_t, 2> kBits = [] {
    std::array<std::uint64_t, 2> out{};
    for (const std::int32_t id : kReading)
      out[static_cast<std::size_t>(id / 64)] |= std::uint64_t{1} << (id % 64);
    return out;
  }();
};

}  // namespace ibkr
