#include "stream_fuzzer.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include "market/decoder.hpp"
#include "net/stream_reader.hpp"
#include "support/protobuf_messages.hpp"
#include "support/random.hpp"
#include "support/reference_text.hpp"
#include "support/ring_reader.hpp"
#include "wire/framer.hpp"

namespace ibkr::test {

namespace {

constexpr double kReceived = kFuzzReceived;

/// Smaller than many frames: the buffer has to grow.
constexpr std::size_t kBuffer = 64;

Outcome run(const StreamSettings& settings, std::string_view stream) {
  Outcome out;
  const RingMemory memory(settings.capacity);
  StreamReader stream_reader(memory.ring(), static_cast<FullPolicy>(settings.policy), kBuffer);
  Channel& channel = stream_reader.channel();
  RingReader reader(memory, &channel.spill());
  stream_reader.set_raw(settings.raw);
  // True if there was something, or reading goes on where a full ring stopped it.
  const auto drain = [&] {
    auto records = reader.drain();
    const bool some = !records.empty() || stream_reader.wants_room();
    for (Seen& record : records) {
      if (record.kind == RecordKind::Closed)
        out.bad_length = record.field == static_cast<std::int32_t>(CloseReason::BadLength);
      else if (record.kind != RecordKind::Connected)
        out.records.push_back(std::move(record));
    }
    if (!reader.broken().empty()) out.problem = reader.broken();
    if (!stream_reader.ended()) stream_reader.resume();
    channel.publish();
    return some && out.problem.empty();
  };
  std::string hello = std::to_string(settings.server_version) + " now ";
  for (char& c : hello) c = c == ' ' ? '\0' : c;
  char length[kFrameHeader];
  write_be32(length, static_cast<std::uint32_t>(hello.size()));
  stream_reader.feed({length, sizeof length}, kReceived);
  stream_reader.feed(hello, kReceived);
  std::uint32_t turn = 0;
  while (!stream.empty() && !stream_reader.ended() && out.problem.empty()) {
    const std::size_t taken = stream_reader.feed(stream.substr(0, settings.piece), kReceived);
    stream.remove_prefix(taken);
    // What must not happen is a reader that takes nothing although everything was read.
    if (taken == 0 && !drain() && stream_reader.blocked())
      return out.problem = "an empty ring takes no frame", out;
    if (settings.policy == 0 || ++turn % 7 == 0) drain();
  }
  while (out.problem.empty() && drain()) {
  }
  out.missing = channel.counters().conflated.load() + channel.counters().dropped.load();
  return out;
}

std::string name_of(const Seen& record) {
  return "kind " + std::to_string(static_cast<int>(record.kind)) + ", request " +
         std::to_string(record.req_id) + ", field " + std::to_string(record.field);
}

/// Spilled or not depends on the ring's size and says nothing about the content.
Seen plain(Seen record) {
  if (carries_bytes(record.kind)) record.flags = 0;
  return record;
}

std::string compare_all(const std::vector<Seen>& got, const std::vector<Seen>& expected, const char* what) {
  for (std::size_t i = 0; i < std::min(got.size(), expected.size()); ++i) {
    if (!(plain(got[i]) == plain(expected[i])))
      return std::string(what) + ": record " + std::to_string(i) + " is " + name_of(got[i]) + ", not " +
             name_of(expected[i]);
  }
  if (got.size() != expected.size())
    return std::string(what) + ": " + std::to_string(got.size()) + " records, not " +
           std::to_string(expected.size());
  return {};
}

bool may_go(const Seen& record) { return record.kind <= RecordKind::TickOptionComputation; }

/// A record together with its Raw record, if it has one.
struct Message {
  const Seen* raw = nullptr;
  const Seen* record = nullptr;

  bool operator==(const Message& other) const {
    if ((raw == nullptr) != (other.raw == nullptr)) return false;
    return plain(*record) == plain(*other.record) && (raw == nullptr || plain(*raw) == plain(*other.raw));
  }
};

std::vector<Message> messages_of(const std::vector<Seen>& records) {
  std::vector<Message> out;
  const Seen* raw = nullptr;
  for (const Seen& record : records) {
    if (record.kind == RecordKind::Raw && raw == nullptr) {
      raw = &record;
      continue;
    }
    out.push_back({raw, &record});
    raw = nullptr;
  }
  if (raw != nullptr) out.push_back({nullptr, raw});
  return out;
}

/// Ticks may be gone, each with its Raw record and counted: everything else must be there, unchanged, in
/// order.
std::string compare_what_stayed(const Outcome& got, const Outcome& expected) {
  const std::vector<Message> all = messages_of(expected.records), left = messages_of(got.records);
  std::size_t next = 0;
  for (const Message& message : all) {
    if (next < left.size() && left[next] == message)
      ++next;
    else if (!may_go(*message.record))
      return "through a ring that loses ticks: " + name_of(*message.record) + " is gone";
  }
  if (next != left.size())
    return "through a ring that loses ticks: nobody sent " + name_of(*left[next].record) + ", or not there";
  if (left.size() + got.missing != all.size()) return "messages are unaccounted for";
  return {};
}

}  // namespace

StreamSettings settings_of(std::string_view input) {
  const auto byte = [&](std::size_t i) {
    return i < input.size() ? static_cast<std::uint8_t>(input[i]) : std::uint8_t{0};
  };
  StreamSettings out;
  out.server_version = 100 + byte(0) % 127;  // 100 … 226
  out.capacity = 64u << (byte(1) % 4);
  out.policy = static_cast<std::uint8_t>(byte(1) / 4 % 3);
  out.raw = byte(1) >= 240;
  out.piece = 1u << (byte(2) % 13);
  return out;
}

// Protobuf bodies go through the core, one frame at a time.
Outcome expected_of(const StreamSettings& settings, std::string_view stream) {
  Outcome out;
  const std::uint32_t max_slots = RingMemory(settings.capacity).ring().max_record_slots();
  while (stream.size() >= kFrameHeader) {
    const std::uint32_t length = read_be32(stream.data());
    if (length == 0 || length > kMaxFrame) {
      out.bad_length = true;
      break;
    }
    if (stream.size() - kFrameHeader < length) break;
    const std::string_view payload = stream.substr(kFrameHeader, length);
    stream.remove_prefix(kFrameHeader + length);
    const FrameHead head = read_frame_head(settings.server_version, payload);
    const auto bytes = [&](RecordKind kind, std::int32_t req_id) {
      Seen seen;
      seen.kind = kind;
      seen.req_id = req_id;
      seen.field = head.id;
      seen.aux = static_cast<std::int32_t>(payload.size());
      seen.received_micros = kReceived;
      seen.bytes = payload;
      out.records.push_back(std::move(seen));
    };
    if (!is_hot(head.id)) {
      bytes(RecordKind::Cold, head.protobuf);
      continue;
    }
    if (settings.raw) bytes(RecordKind::Raw, head.protobuf);
    Reference reference;
    if (head.protobuf) {
      const RingMemory memory(settings.capacity);
      Channel channel(memory.ring(), FullPolicy::Backpressure);
      RingReader reader(memory, &channel.spill());
      // A block of its own: the address sanitizer sees every byte too many.
      const auto block = std::make_unique<char[]>(payload.size());
      payload.copy(block.get(), payload.size());
      reference.outcome =
          decode_frame(settings.server_version, {block.get(), payload.size()}, kReceived, channel);
      channel.publish();
      if (const auto records = reader.drain(); records.size() == 1) reference.record = records[0];
    } else {
      reference = reference_decode_text(static_cast<MessageId>(head.id), settings.server_version,
                                        payload.substr(head.body_at), kReceived, max_slots);
    }
    if (reference.outcome != Decoded::Malformed) out.records.push_back(reference.record);
    if (reference.outcome == Decoded::Malformed) bytes(RecordKind::Malformed, 0);
    if (reference.outcome == Decoded::Trailing) bytes(RecordKind::Trailing, 0);
  }
  return out;
}

std::string compare_outcomes(const StreamSettings& settings, const Outcome& got, const Outcome& expected) {
  if (!got.problem.empty()) return got.problem;
  if (got.bad_length != expected.bad_length) return "a bad length is judged differently";
  if (settings.policy == 0)
    return compare_all(got.records, expected.records, "through a ring that stops reading");
  return compare_what_stayed(got, expected);
}

std::string judge_stream(std::string_view input) {
  const StreamSettings settings = settings_of(input);
  return compare_outcomes(settings, run(settings, stream_of(input)), expected_of(settings, stream_of(input)));
}

std::string random_input(std::uint64_t seed, int version) {
  Random random(seed);
  std::string out = random.bytes(kSettingsBytes);
  if (version >= 0) out[0] = static_cast<char>(version);
  const StreamSettings settings = settings_of(out);
  const auto frame = [&](std::string_view payload) {
    char length[kFrameHeader];
    write_be32(length, static_cast<std::uint32_t>(payload.size()));
    out.append(length, kFrameHeader).append(payload);
  };
  for (std::uint64_t n = 1 + random.below(60); n > 0; --n) {
    std::string payload;
    if (settings.server_version >= 201 && !random.one_in(4)) {
      const auto message =
          random_protobuf_message(static_cast<int>(random.below(kProtobufKinds)), kReceived, random,
                                  random.one_in(2) ? Presence::All : Presence::Random, random.one_in(3));
      const std::uint32_t raw = static_cast<std::uint32_t>(message.id) + 200;
      payload = std::string{'\0', '\0', static_cast<char>(raw >> 8), static_cast<char>(raw)} + message.body;
    } else if (!random.one_in(8)) {
      payload = random_text_message(random.pick(kHotMessages), settings.server_version, kReceived, random)
                    .payload();
    } else {
      payload = "9" + std::string(1, '\0') + random.bytes(random.below(random.one_in(4) ? 3000 : 60));
    }
    for (std::uint64_t broken = random.one_in(3) ? 1 + random.below(4) : 0; broken > 0 && !payload.empty();
         --broken) {
      const std::size_t at = random.below(payload.size());
      switch (random.below(5)) {
        case 0:
          payload[at] = static_cast<char>(random.bits());
          break;
        case 1:
          payload[at] = static_cast<char>(payload[at] ^ (1 << random.below(8)));
          break;
        case 2:
          payload.erase(at, 1 + random.below(4));
          break;
        case 3:
          payload.insert(at, random.bytes(1 + random.below(4)));
          break;
        default:
          payload.resize(at);
      }
    }
    if (payload.empty()) payload = "x";
    frame(payload);
  }
  // Now and then the frames themselves are cut or bent.
  if (random.one_in(6)) out.resize(kSettingsBytes + random.below(out.size() - kSettingsBytes));
  if (random.one_in(12) && out.size() > kSettingsBytes)
    out[kSettingsBytes + random.below(out.size() - kSettingsBytes)] = static_cast<char>(random.bits());
  return out;
}

}  // namespace ibkr::test
