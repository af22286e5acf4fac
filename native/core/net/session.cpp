#include "net/session.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "market/decoder.hpp"
#include "market/fast_ticks.hpp"
#include "wire/number.hpp"

namespace ibkr {

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

int Session::begin_connect(const std::string& address, std::uint16_t port, const SocketOptions& options) {
  return socket_.begin_connect(address, port, options);
}

int Session::finish_connect(std::string_view versions) {
  if (const int error = socket_.connect_result()) return error;
  std::string hello("API\0", 4);
  char length[kFrameHeader];
  write_be32(length, static_cast<std::uint32_t>(versions.size()));
  hello.append(length, kFrameHeader).append(versions);
  // A fresh socket's buffer takes these twenty bytes whole; anything else is a broken connection.
  const IoResult sent = socket_.write({hello.data(), hello.size()});
  if (sent.kind == IoResult::Kind::Error) return sent.error;
  return sent.bytes == hello.size() ? 0 : EAGAIN;
}

Session::Turn Session::read_once() {
  if (ended()) {
    channel_.publish();  // what waits outside a full ring, the Closed record last
    return Turn::Ended;
  }
  // What a full ring left behind comes first.
  if (framer_.buffered() > 0 &&
      blocked_.load(std::memory_order_relaxed)) {  // relaxed: we hold the reader lock
    const Turn turn = decode_buffered();
    if (turn != Turn::Idle) return turn;
  }
  std::span<char> space = framer_.space();
  if (space.size() > read_size_) space = space.first(read_size_);
  const IoResult got = socket_.read(space, received_micros_);
  switch (got.kind) {
    case IoResult::Kind::WouldBlock:
      read_size_ = kSmallestRead;
      channel_.publish();  // moves on what waited outside the ring
      return Turn::Idle;
    case IoResult::Kind::End:
      end(CloseReason::EndOfStream, 0, {});
      return Turn::Ended;
    case IoResult::Kind::Error:
      end(CloseReason::SocketError, got.error, {});
      return Turn::Ended;
    case IoResult::Kind::Moved:
      break;
  }
  framer_.filled(got.bytes);
  add(counters_.bytes_read, got.bytes);
  add(counters_.reads);
  counters_.last_read_micros.store(received_micros_, std::memory_order_relaxed);  // relaxed: a statistic
  const Turn turn = decode_buffered();
  if (turn != Turn::Idle) return turn;
  if (got.bytes < space.size()) {
    read_size_ = kSmallestRead;
    return Turn::Idle;
  }
  const bool largest = read_size_ >= kReadBuffer;
  if (!largest) read_size_ *= 2;
  return largest ? Turn::Flood : Turn::More;
}

Session::FastTick Session::fast_path() const {
  // A `received` listener wants the bytes of every message: the general path gives them.
  if (!handshaken() || raw_.load(std::memory_order_relaxed)) return nullptr;
  return server_version_ >= kRawIdVersion ? fast_protobuf_tick : fast_text_tick;
}

Session::Turn Session::decode_buffered() {
  std::string_view payload;
  std::uint64_t fast = 0;  // counted here and added once
  const auto count = [&] {
    add(counters_.frames, fast);
    add(counters_.hot, fast);
  };
  Ring& ring = channel_.ring();
  const FastTick fast_tick = fast_path();
  std::uint32_t straight = fast_tick == nullptr ? 0 : channel_.straight_slots();
  for (;;) {
    const Framer::Result result = framer_.next(payload);
    if (result == Framer::Result::Incomplete) break;
    if (result == Framer::Result::BadLength) {
      count();
      end(CloseReason::BadLength, 0, std::to_string(framer_.bad_length()));
      return Turn::Ended;
    }
    const auto length = static_cast<std::uint32_t>(payload.size());
    if (straight > 0 && fast_tick(payload.data(), length, received_micros_, ring.next_slot())) {
      ring.take_slot();
      --straight;
      ++fast;
      continue;
    }
    if (!channel_.can_take(payload.size())) {
      count();
      framer_.put_back(payload);
      channel_.publish();
      // release: whoever sees the flag also sees the records published above.
      if (!blocked_.exchange(true, std::memory_order_release)) add(counters_.full_ring_stops);
      return Turn::Blocked;
    }
    if (handshaken()) {
      take_frame(payload);
      if (straight > 0) straight = channel_.straight_slots();
    } else if (!take_handshake(payload)) {
      return Turn::Ended;
    }
  }
  count();
  channel_.publish();
  blocked_.store(false, std::memory_order_release);  // release: pairs with blocked()
  return Turn::Idle;
}

void Session::take_frame(std::string_view payload) {
  add(counters_.frames);
  const FrameHead head = read_frame_head(server_version_, payload);
  if (!is_hot(head.id)) {
    add(counters_.cold);
    channel_.push_bytes(RecordKind::Cold, head.protobuf ? 1 : 0, head.id, received_micros_, payload);
    return;
  }
  if (raw_.load(std::memory_order_relaxed)) {
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

bool Session::take_handshake(std::string_view payload) {
  // "<version>\0<connection time>\0", as text in every dialect.
  const std::size_t first = payload.find('\0');
  std::int32_t version = 0;
  if (first == std::string_view::npos || !parse_int32(payload.substr(0, first), version) || version <= 0) {
    end(CloseReason::BadHandshake, 0, hex(payload, 256));
    return false;
  }
  const std::string_view rest = payload.substr(first + 1);
  server_version_ = version;
  channel_.push_bytes(RecordKind::Connected, 0, version, received_micros_, rest.substr(0, rest.find('\0')));
  return true;
}

bool Session::send_frame(std::string_view payload, int& error) {
  error = 0;
  if (payload.empty() || payload.size() > kMaxFrame) return error = EMSGSIZE, false;
  if (unsent_bytes() + payload.size() > kMaxUnsent) return error = ENOBUFS, false;
  frame_.resize(kFrameHeader + payload.size());
  write_be32(frame_.data(), static_cast<std::uint32_t>(payload.size()));
  std::memcpy(frame_.data() + kFrameHeader, payload.data(), payload.size());
  std::size_t sent = 0;
  if (!has_unsent()) {
    const IoResult result = socket_.write({frame_.data(), frame_.size()});
    if (result.kind == IoResult::Kind::Error) return error = result.error, false;
    sent = result.bytes;
    if (sent == frame_.size()) return true;
  }
  if (unsent_at_ > unsent_.size() / 2) {
    unsent_.erase(0, unsent_at_);  // a queue that never runs empty must not grow by what has long been sent
    unsent_at_ = 0;
  }
  unsent_.append(frame_, sent);
  return true;
}

int Session::flush() {
  while (has_unsent()) {
    const IoResult result = socket_.write({unsent_.data() + unsent_at_, unsent_bytes()});
    if (result.kind == IoResult::Kind::Error) return result.error;
    if (result.kind == IoResult::Kind::WouldBlock) return 0;
    unsent_at_ += result.bytes;
  }
  unsent_.clear();
  unsent_at_ = 0;
  return 0;
}

void Session::end(CloseReason reason, int error, std::string_view detail) {
  if (ended()) return;
  ended_.store(true, std::memory_order_release);  // release: pairs with ended()
  channel_.push_bytes(RecordKind::Closed, error, static_cast<std::int32_t>(reason), monotonic_micros(),
                      detail);
  channel_.publish();
}

}  // namespace ibkr
