// The fast path of ticks against the general decoders: what it takes, it writes as they do, whatever lies
// behind the frame.
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "fuzz_target.hpp"
#include "market/decoder.hpp"
#include "market/fast_ticks.hpp"
#include "support/ring_reader.hpp"
#include "wire/framer.hpp"

namespace ibkr::test {

namespace {

constexpr double kReceived = 1.0;

/// A frame with its slack, in a block of exactly that size: the address sanitizer sees every byte too many.
bool fast(FastTicks ticks, std::string_view payload, char behind, Record& out) {
  const std::size_t size = kFrameHeader + payload.size();
  const auto block = std::make_unique<char[]>(size + kFastTickSlack);
  write_be32(block.get(), static_cast<std::uint32_t>(payload.size()));
  payload.copy(block.get() + kFrameHeader, payload.size());
  std::memset(block.get() + size, behind, kFastTickSlack);
  std::memset(static_cast<void*>(&out), 0xEE, sizeof out);
  const FastRun run = ticks({block.get(), size}, kReceived, {&out, 1});
  return run.ticks == 1 && run.bytes == size;
}

std::string compare(const Record& got, const Seen& expected) {
  if (got.kind != expected.kind || got.flags != expected.flags || got.slots != 1)
    return "another kind or flags";
  if (got.req_id != expected.req_id || got.field != expected.field || got.aux != expected.aux)
    return "another request, field or attributes";
  if (got.received_micros != kReceived) return "another arrival";
  if (expected.numbers.size() != doubles_of(got.kind)) return "another number of numbers";
  if (std::memcmp(got.values, expected.numbers.data(), expected.numbers.size() * sizeof(double)) != 0)
    return "another number";
  return {};
}

std::string judge_payload(FastTicks ticks, std::int32_t server_version, std::string_view payload,
                          char behind) {
  Record record, again;
  const bool taken = fast(ticks, payload, behind, record);
  for (const char other : {'\0', '0', '\xFF'}) {
    if (fast(ticks, payload, other, again) != taken) return "what lies behind a frame decides";
    if (taken && std::memcmp(&record, &again, kBytesOffset + doubles_of(record.kind) * sizeof(double)) != 0)
      return "what lies behind a frame is in its record";
  }
  if (!taken) return {};
  const RingMemory memory(kMinCapacity);
  Channel channel(memory.ring(), FullPolicy::Backpressure);
  RingReader reader(memory, &channel.spill());
  const Decoded decoded = decode_frame(server_version, payload, kReceived, channel);
  channel.publish();
  const std::vector<Seen> records = reader.drain();
  if (decoded != Decoded::Hot || records.size() != 1) return "the general decoder does not take it so";
  return compare(record, records.front());
}

}  // namespace

// A byte for the dialect and how much of a tick is given, one for what lies behind the frame, then the
// payload.
std::string judge(std::string_view input) {
  if (input.size() < 2) return {};
  const auto how = static_cast<std::uint8_t>(input[0]);
  const char behind = input[1];
  std::string payload(input.substr(2));
  const bool protobuf = (how & 1) != 0, price = (how & 2) != 0;
  if ((how & 4) != 0) {
    if (protobuf)
      payload.insert(0, std::string{'\0', '\0', '\0', price ? '\xC9' : '\xCA'});
    else
      payload.insert(0, std::string{price ? '1' : '2', '\0', '6', '\0'});
  }
  // A mutator finds a bar, and whoever reads the corpus does too.
  if (!protobuf && (how & 8) != 0) {
    for (char& c : payload) c = c == '|' ? '\0' : c;
  }
  if (payload.empty()) return {};
  const std::int32_t version = protobuf ? kRawIdVersion + how / 16 : 100 + how / 16 * 6;
  if (protobuf) return judge_payload(fast_protobuf_ticks(), version, payload, behind);
  for (const Instructions instructions : {Instructions::Portable, best_instructions()}) {
    std::string fault = judge_payload(fast_text_ticks(instructions), version, payload, behind);
    if (!fault.empty()) return fault;
  }
  return {};
}

}  // namespace ibkr::test
