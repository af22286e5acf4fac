#include "net/stream_reader.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <string>

#include "market/gateway_error.hpp"
#include "net/socket.hpp"
#include "wire/number.hpp"

namespace ibkr {

static_assert(kFastTickSlack <= Framer::kSlack, "the fast path reads so far behind a frame");

namespace {
// Relaxed: one writer at a time, handed over through the reader lock; readers want numbers, not an order.
void add(std::atomic<std::uint64_t>& counter, std::uint64_t n = 1) {
  counter.store(counter.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
}

double epoch_minus_monotonic_ms() {
  using Millis = std::chrono::duration<double, std::milli>;
  const Millis epoch = std::chrono::system_clock::now().time_since_epoch();
  return epoch.count() - monotonic_micros() / 1000;
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
  desk_.take_commands();
  look_at_clock();
  desk_.advance(received_micros);
  return decode();
}

void StreamReader::look_at_clock() {
  if (desk_.wants_clock()) desk_.set_clock_offset(epoch_minus_monotonic_ms());
}

void StreamReader::close_bars() {
  // The clock costs more than this look.
  if (!std::isfinite(desk_.next_bars_micros())) return;
  const double now = monotonic_micros();
  if (now < desk_.next_bars_micros()) return;
  look_at_clock();
  desk_.advance(now);
  desk_.notify();
}

StreamReader::Progress StreamReader::resume() {
  // relaxed: we hold the reader lock.
  const bool left = framer_.buffered() > 0 && blocked_.load(std::memory_order_relaxed);
  return left ? decode() : Progress::Done;
}

void StreamReader::take_fast_ticks() {
  // A `received` listener wants the bytes of every message: the general path gives them.
  // And what waits for room comes first.
  if (fast_ticks_ == nullptr || raw() || desk_.starved()) return;
  std::uint64_t ticks = 0;
  std::uint64_t untreated = 0;
  for (;;) {
    std::span<Record> room = channel_.free_run();
    // Judged while they are in the first cache.
    constexpr std::size_t kJudgedAtOnce = 256;
    if (!desk_.idle()) room = room.first(std::min(room.size(), kJudgedAtOnce));
    const FastRun run = fast_ticks_(framer_.rest(), received_micros_, room);
    framer_.take(run.bytes);
    const StreamDesk::Sifted left =
        desk_.idle() ? StreamDesk::Sifted{run.ticks, run.ticks} : desk_.sift(room.first(run.ticks));
    channel_.ring().take_slots(left.kept);
    ticks += run.ticks;
    untreated += left.untreated;
    // More only where it was the room that ended first.
    if (run.ticks == 0 || run.ticks < room.size()) break;
  }
  if (untreated != 0) channel_.note_urgent();
  add(counters_.frames, ticks);
  add(counters_.hot, ticks);
}

StreamReader::Progress StreamReader::decode() {
  std::string_view payload;
  for (;;) {
    desk_.flush_starved();
    take_fast_ticks();
    const Framer::Result result = framer_.next(payload);
    if (result == Framer::Result::Incomplete) break;
    if (result == Framer::Result::BadLength) {
      end(CloseReason::BadLength, 0, std::to_string(framer_.bad_length()));
      return Progress::Ended;
    }
    const bool full = is_full(payload.size());
    if (full ? !take_at_full_ring(payload) : !channel_.can_take(payload.size())) {
      framer_.put_back(payload);
      desk_.report_watch();
      channel_.publish();
      // release: whoever sees the flag also sees the records published above.
      if (!blocked_.exchange(true, std::memory_order_release)) add(counters_.full_ring_stops);
      return Progress::Blocked;
    }
    if (full) continue;
    if (handshaken()) {
      take_frame(payload);
    } else if (!take_handshake(payload)) {
      return Progress::Ended;
    }
  }
  framer_.trim();
  desk_.report_watch();
  desk_.notify();
  channel_.publish();
  blocked_.store(false, std::memory_order_release);  // release: pairs with blocked()
  return Progress::Done;
}

/// Whether a treatment says what becomes of records without room.
bool StreamReader::is_full(std::size_t payload) {
  return !desk_.idle() && (desk_.starved() || !channel_.has_room(payload));
}

/// False: it has to come again when there is room.
bool StreamReader::take_at_full_ring(std::string_view payload) {
  const FrameHead head = read_frame_head(server_version_, payload);
  const bool whole = raw() || payload.size() > StreamDesk::kMostBytesWithoutRoom ||
                     payload.size() >= channel_.ring().max_record_slots() * kSlotBytes / 2;
  if (!is_hot(head.id) || whole) {
    if (!channel_.can_take(payload.size()) || (desk_.starved() && is_hot(head.id))) return false;
    take_frame(payload);
    return true;
  }
  if (!desk_.absorbs() || channel_.is_overfull()) return false;
  channel_.begin_attempt();
  const Decoded decoded = decode_frame(server_version_, payload, received_micros_, channel_);
  if (channel_.end_attempt()) return false;
  // What is said of a message that is not as it should be has to find room, too.
  if (decoded == Decoded::Malformed && !channel_.can_take(payload.size())) return false;
  add(counters_.frames);
  count_decoded(decoded, head.id, payload);
  return true;
}

void StreamReader::take_frame(std::string_view payload) {
  add(counters_.frames);
  const FrameHead head = read_frame_head(server_version_, payload);
  if (!is_hot(head.id)) {
    add(counters_.cold);
    if (head.id == kErrorMessage) take_error(head, payload);
    channel_.push_bytes(RecordKind::Cold, head.protobuf ? 1 : 0, head.id, received_micros_, payload);
    return;
  }
  if (raw()) {
    channel_.push_bytes(RecordKind::Raw, head.protobuf ? 1 : 0, head.id, received_micros_, payload);
  }
  count_decoded(decode_frame(server_version_, payload, received_micros_, channel_), head.id, payload);
}

/// Here, and not where JavaScript reads it: what it is about may be in the same read.
void StreamReader::take_error(const FrameHead& head, std::string_view payload) {
  const GatewayError error = read_gateway_error(server_version_, head, payload);
  switch (error.code) {
    case kBookReset:
      if (desk_.has_aggregates()) desk_.reset_book(error.req_id);
      break;
    case kUpstreamLost:
      desk_.set_upstream_lost(true);
      break;
    case kUpstreamRestored:
    case kUpstreamRestoredWithData:
      desk_.set_upstream_lost(false);
      break;
    default:
      break;
  }
}

void StreamReader::count_decoded(Decoded decoded, std::int32_t id, std::string_view payload) {
  if (decoded == Decoded::Malformed) {
    add(counters_.malformed);
    channel_.push_bytes(RecordKind::Malformed, 0, id, received_micros_, payload);
    return;
  }
  add(counters_.hot);
  if (decoded == Decoded::Trailing) {
    add(counters_.trailing);
    channel_.push_bytes(RecordKind::Trailing, 0, id, received_micros_, payload);
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
  desk_.take_commands();
  desk_.report_watch();
  desk_.flush_all();
  channel_.push_bytes(RecordKind::Closed, error, static_cast<std::int32_t>(reason), monotonic_micros(),
                      detail);
  channel_.publish();
}

}  // namespace ibkr
