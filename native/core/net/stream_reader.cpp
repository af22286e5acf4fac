#include "net/stream_reader.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "market/decoder.hpp"
#include "net/socket.hpp"
#include "wire/number.hpp"

namespace ibkr {

static_assert(kFastTickSlack <= Framer::kSlack, "the fast path reads so far behind a frame");

namespace {
// Relaxed: one writer at a time, handed over through the reader lock; readers want numbers, not an order.
void add(std::atomic<std::uint64_t>& counter, std::uint64_t n = 1) {
  counter.store(counter.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
}

std::string hex(std::string_view bytes, std::size_t most) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const char c : bytes.substr(0, most)) {
    const auto b = static_cast<unsigned char>(c);
    out.push_back(kDigits[b >> 4]);
    out.push_back(kDigits[b & 15]);
  }
  if (bytes.size() > most) out += "...";
  return out;
}
}  // namespace

std::size_t StreamReader::feed(std::string_view bytes, double received_micros) {
  std::size_t taken = 0;
  Progress progress = ended() ? Progress::Ended : resume();
  while (progress == Progress::Done && taken < bytes.size()) {
    const std::span<char> room = space();
    const std::size_t size = std::min(room.size(), bytes.size() - taken);
    std::memcpy(room.data(), bytes.data() + taken, size);
    taken += size;
    progress = filled(size, received_micros);
  }
  return taken;
}

StreamReader::Progress StreamReader::filled(std::size_t size, double received_micros) {
  framer_.filled(size);
  received_micros_ = received_micros;
  add(counters_.bytes_read, size);
  add(counters_.reads);
  counters_.last_read_micros.store(received_micros, std::memory_order_relaxed);  // relaxed: a statistic
  return decode();
}

StreamReader::Progress StreamReader::resume() {
  // relaxed: we hold the reader lock.
  const bool left = framer_.buffered() > 0 && blocked_.load(std::memory_order_relaxed);
  return left ? decode() : Progress::Done;
}

void StreamReader::take_fast_ticks() {
  // A `received` listener wants the bytes of every message: the general path gives them.
  if (fast_ticks_ == nullptr || raw()) return;
  std::uint64_t ticks = 0;
  for (;;) {
    const std::span<Record> room = channel_.free_run();
    const FastRun run = fast_ticks_(framer_.rest(), received_micros_, room);
    framer_.take(run.bytes);
    channel_.ring().take_slots(run.ticks);
    ticks += run.ticks;
    // More only where the end of the ring's memory came first.
    if (run.ticks == 0 || run.ticks < room.size()) break;
  }
  if (ticks != 0) channel_.note_urgent();
  add(counters_.frames, ticks);
  add(counters_.hot, ticks);
}

StreamReader::Progress StreamReader::decode() {
  std::string_view payload;
  for (;;) {
    take_fast_ticks();
    const Framer::Result result = framer_.next(payload);
    if (result == Framer::Result::Incomplete) break;
    if (result == Framer::Result::BadLength) {
      end(CloseReason::BadLength, 0, std::to_string(framer_.bad_length()));
      return Progress::Ended;
    }
    if (!channel_.can_take(payload.size())) {
      framer_.put_back(payload);
      channel_.publish();
      // release: whoever sees the flag also sees the records published above.
      if (!blocked_.exchange(true, std::memory_order_release)) add(counters_.full_ring_stops);
      return Progress::Blocked;
    }
    if (handshaken()) {
      take_frame(payload);
    } else if (!take_handshake(payload)) {
      return Progress::Ended;
    }
  }
  framer_.trim();
  channel_.publish();
  blocked_.store(false, std::memory_order_release);  // release: pairs with blocked()
  return Progress::Done;
}

void StreamReader::take_frame(std::string_view payload) {
  add(counters_.frames);
  const FrameHead head = read_frame_head(server_version_, payload);
  if (!is_hot(head.id)) {
    add(counters_.cold);
    channel_.push_bytes(RecordKind::Cold, head.protobuf ? 1 : 0, head.id, received_micros_, payload);
    return;
  }
  if (raw()) {
    channel_.push_bytes(RecordKind::Raw, head.protobuf ? 1 : 0, head.id, received_micros_, payload);
  }
  const Decoded decoded = decode_frame(server_version_, payload, received_micros_, channel_);
  if (decoded == Decoded::Malformed) {
    add(counters_.malformed);
    channel_.push_bytes(RecordKind::Malformed, 0, head.id, received_micros_, payload);
    return;
  }
  add(counters_.hot);
  if (decoded == Decoded::Trailing) {
    add(counters_.trailing);
    channel_.push_bytes(RecordKind::Trailing, 0, head.id, received_micros_, payload);
  }
}

bool StreamReader::take_handshake(std::string_view payload) {
  // "<version>\0<connection time>\0", as text in every dialect.
  const std::size_t first = payload.find('\0');
  std::int32_t version = 0;
  if (first == std::string_view::npos || !parse_int32(payload.substr(0, first), version) || version <= 0) {
    end(CloseReason::BadHandshake, 0, hex(payload, 256));
    return false;
  }
  const std::string_view rest = payload.substr(first + 1);
  server_version_ = version;
  fast_ticks_ = version >= kRawIdVersion ? fast_protobuf_ticks() : fast_text_ticks(best_instructions());
  channel_.push_bytes(RecordKind::Connected, 0, version, received_micros_, rest.substr(0, rest.find('\0')));
  return true;
}

void StreamReader::note(RecordKind kind, int error) {
  channel_.push_bytes(kind, error, 0, monotonic_micros(), {});
  channel_.publish();
}

void StreamReader::end(CloseReason reason, int error, std::string_view detail) {
  if (ended()) return;
  ended_.store(true, std::memory_order_release);  // release: pairs with ended()
  // Nothing is decoded any more; what waits outside the ring, overflowing() tells. release: pairs with
  // blocked().
  blocked_.store(false, std::memory_order_release);
  channel_.push_bytes(RecordKind::Closed, error, static_cast<std::int32_t>(reason), monotonic_micros(),
                      detail);
  channel_.publish();
}

}  // namespace ibkr
