// Fills in records: shared by both decoders, so that a message looks the same whichever dialect it came in.
#pragma once

#include <cstring>
#include <initializer_list>
#include <iterator>
#include <string_view>

#include "ring/channel.hpp"
#include "ring/record.hpp"

namespace ibkr {

struct RecordHead {
  RecordKind kind;
  std::int32_t req_id;
  std::int32_t field;
  std::int32_t aux;
  std::uint8_t flags = 0;
};

inline void fill_head(Record* record, const RecordHead& head, double received_micros) {
  record->kind = head.kind;
  record->flags = head.flags;
  record->req_id = head.req_id;
  record->field = head.field;
  record->aux = head.aux;
  record->received_micros = received_micros;
}

/// A record of numbers that fit into one slot.
template <typename Values>
void write_numbers(Channel& channel, const RecordHead& head, double received_micros, const Values& values) {
  static_assert(kDoublesOf<Values> <= std::size(Record{}.values));
  Record* record = channel.begin(1);
  fill_head(record, head, received_micros);
  std::memcpy(record->values, &values, sizeof values);
  channel.commit(record);
}

/// A record of numbers and then strings, each as a u16 length and its bytes. False, and nothing written, if a
/// string is too long for a record (the caller then reports the message whole).
template <typename Values>
[[nodiscard]] bool write_mixed(Channel& channel, const RecordHead& head, double received_micros,
                               const Values& values, std::initializer_list<std::string_view> strings) {
  std::size_t bytes = strings_offset(kDoublesOf<Values>);
  for (const auto text : strings) {
    if (text.size() > 0xFFFF) return false;
    bytes += 2 + text.size();
  }
  const std::size_t slots = (bytes + kSlotBytes - 1) / kSlotBytes;
  if (slots > channel.ring().max_record_slots()) return false;
  Record* record = channel.begin(static_cast<std::uint32_t>(slots));
  fill_head(record, head, received_micros);
  auto* out = reinterpret_cast<char*>(record) + kBytesOffset;
  std::memcpy(out, &values, sizeof values);
  out += sizeof values;
  for (const auto text : strings) {
    const auto size = static_cast<std::uint16_t>(text.size());
    std::memcpy(out, &size, sizeof size);
    if (size != 0) std::memcpy(out + 2, text.data(), size);
    out += 2 + size;
  }
  channel.commit(record);
  return true;
}

}  // namespace ibkr
