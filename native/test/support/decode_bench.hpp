// Decodes payloads one by one into a ring and reads the records they become.
#pragma once

#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

#include "check.hpp"
#include "market/decoder.hpp"
#include "support/ring_reader.hpp"

namespace ibkr::test {

inline constexpr double kReceived = 123456.75;

class DecodeBench {
 public:
  explicit DecodeBench(std::uint32_t capacity = 1024) : memory_(capacity) {}

  Decoded decode(std::int32_t server_version, std::string_view payload) {
    // A block of exactly the payload's size: the address sanitizer sees every byte too many.
    const auto block = std::make_unique<char[]>(payload.size());
    payload.copy(block.get(), payload.size());
    const Decoded result = decode_frame(server_version, {block.get(), payload.size()}, kReceived, channel_);
    channel_.publish();
    records_ = reader_.drain();
    CHECK_EQ(reader_.broken(), "");
    return result;
  }
  const std::vector<Seen>& records() const { return records_; }
  std::uint32_t max_record_slots() const { return memory_.ring().max_record_slots(); }

 private:
  RingMemory memory_;
  Channel channel_{memory_.ring(), FullPolicy::Backpressure};
  RingReader reader_{memory_, &channel_.spill()};
  std::vector<Seen> records_;
};

/// Checks a record field by field, so that a failure names the field.
inline void compare(const Seen& got, const Seen& expected) {
  if (got == expected) return check::count_check();
  CHECK_EQ(got.kind, expected.kind);
  CHECK_EQ(got.flags, expected.flags);
  CHECK_EQ(got.req_id, expected.req_id);
  CHECK_EQ(got.field, expected.field);
  CHECK_EQ(got.aux, expected.aux);
  CHECK_EQ(got.received_micros, expected.received_micros);
  CHECK_EQ(got.bytes, expected.bytes);
  CHECK_EQ(got.numbers.size(), expected.numbers.size());
  CHECK_EQ(got.strings.size(), expected.strings.size());
  for (std::size_t i = 0; i < std::min(got.numbers.size(), expected.numbers.size()); ++i)
    CHECK_EQ(got.numbers[i], expected.numbers[i]);
  for (std::size_t i = 0; i < std::min(got.strings.size(), expected.strings.size()); ++i)
    CHECK_EQ(got.strings[i], expected.strings[i]);
}

}  // namespace ibkr::test
