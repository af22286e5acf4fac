#include "net/connection.hpp"

#include <algorithm>
#include <cerrno>

namespace ibkr {

int Connection::begin_connect(const std::string& address, std::uint16_t port, const SocketOptions& options) {
  return socket_.begin_connect(address, port, options);
}

int Connection::finish_connect(std::string_view versions) {
  if (const int error = socket_.connect_result()) return error;
  return greet(versions);
}

int Connection::greet(std::string_view versions) {
  std::string hello("API\0", 4);
  char length[kFrameHeader];
  write_be32(length, static_cast<std::uint32_t>(versions.size()));
  hello.append(length, kFrameHeader).append(versions);
  // A fresh socket's buffer takes these twenty bytes whole; anything else is a broken connection.
  const IoResult sent = bytes_.write({hello.data(), hello.size()});
  if (sent.kind == IoResult::Kind::Error) return sent.error;
  send_queue_.note_sent(sent.bytes);
  return sent.bytes == hello.size() ? 0 : EAGAIN;
}

std::optional<Connection::Turn> Connection::finish_last_read() {
  if (stream_.ended()) {
    stream_.channel().publish();  // what waits outside a full ring, the Closed record last
    return Turn::Ended;
  }
  const StreamReader::Progress progress = stream_.resume();
  return progress == StreamReader::Progress::Done ? std::nullopt : std::optional(turn_of(progress));
}

Connection::Turn Connection::read_once() {
  if (const std::optional<Turn> before = finish_last_read()) return *before;
  std::span<char> space = stream_.space();
  if (space.size() > read_size_) space = space.first(read_size_);
  double received_micros = 0;
  const IoResult got = bytes_.read(space, received_micros);
  switch (got.kind) {
    case IoResult::Kind::WouldBlock:
      read_size_ = kSmallestRead;
      stream_.close_bars();
      stream_.move_up();
      return Turn::Idle;
    case IoResult::Kind::End:
      stream_.end(CloseReason::EndOfStream, 0, {});
      return Turn::Ended;
    case IoResult::Kind::Error:
      stream_.end(CloseReason::SocketError, got.error, {});
      return Turn::Ended;
    case IoResult::Kind::Moved:
      break;
  }
  const StreamReader::Progress progress = stream_.filled(got.bytes, received_micros);
  if (progress != StreamReader::Progress::Done) return turn_of(progress);
  if (got.bytes < space.size()) {
    read_size_ = kSmallestRead;
    return Turn::Idle;
  }
  read_size_ = std::min(read_size_ * 2, StreamReader::kReadBuffer);
  return Turn::More;
}

Connection::Turn Connection::read_rest(const Ending& ending) {
  if (const std::optional<Turn> before = finish_last_read()) return *before;
  // A gateway that stopped listening may go on talking: only what was there when we gave up is waited for.
  // Where the socket itself failed nothing new can come, and its last word is the errno.
  if (!rest_) rest_ = bytes_.unread_bytes();
  const auto end_as = [&](CloseReason reason, int error) {
    if (ending.error != 0)
      stream_.end(ending.reason, ending.error, {});
    else
      stream_.end(reason, error, {});
    return Turn::Ended;
  };
  if (ending.error != 0 && *rest_ == 0) return end_as(ending.reason, ending.error);
  double received_micros = 0;
  const IoResult got = bytes_.read(stream_.space(), received_micros);
  switch (got.kind) {
    case IoResult::Kind::WouldBlock:
      return end_as(CloseReason::SocketError, EIO);
    case IoResult::Kind::End:
      return end_as(CloseReason::EndOfStream, 0);
    case IoResult::Kind::Error:
      return end_as(CloseReason::SocketError, got.error);
    case IoResult::Kind::Moved:
      break;
  }
  *rest_ -= std::min(*rest_, got.bytes);
  const StreamReader::Progress progress = stream_.filled(got.bytes, received_micros);
  return progress == StreamReader::Progress::Done ? Turn::More : turn_of(progress);
}

bool Connection::wish(Wish wish) {
  // seq_cst: in one order with the lock, see there.
  wishes_.fetch_or(static_cast<std::uint8_t>(wish), std::memory_order_seq_cst);
  return serve_wishes();
}

bool Connection::serve_wishes() {
  // seq_cst: as in wish().
  while (wishes_.load(std::memory_order_seq_cst) != 0) {
    const ReaderLock::Held held = lock_.try_take();
    if (!held) return false;
    // acquire: what was written before the wish.
    const std::uint8_t wishes = wishes_.exchange(0, std::memory_order_acquire);
    stream_.desk().take_commands();
    stream_.look_at_clock();
    if ((wishes & static_cast<std::uint8_t>(Wish::Flush)) != 0 && !stream_.ended()) {
      // relaxed: as in set_flush_early().
      stream_.desk().flush(monotonic_micros(), flush_early_micros_.load(std::memory_order_relaxed));
    }
    // Commands, too, may have sent on what waited.
    stream_.channel().publish();
  }
  return true;
}

Connection::Turn Connection::turn_of(StreamReader::Progress progress) {
  return progress == StreamReader::Progress::Blocked ? Turn::Blocked : Turn::Ended;
}

}  // namespace ibkr
