#include "net/send_queue.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "wire/framer.hpp"

namespace ibkr {

namespace {
void make_frame(std::string& out, std::string_view payload) {
  out.resize(kFrameHeader + payload.size());
  write_be32(out.data(), static_cast<std::uint32_t>(payload.size()));
  std::memcpy(out.data() + kFrameHeader, payload.data(), payload.size());
}
}  // namespace

SendQueue::~SendQueue() {
  Left* left = left_.load(std::memory_order_relaxed);  // relaxed: every sender has ended
  while (left != nullptr) {
    const std::unique_ptr<Left> gone(left);
    left = gone->next;
  }
}

// No frame is stranded. leave() adds to `left_` and then tries `taken_`; let_go() clears `taken_` and then
// looks at `left_`. Both touch `taken_` with an exchange, acquire and release at once, so the two are
// ordered: either leave() comes second and gets the queue, or let_go() comes second, and then reads what the
// exchange before it released: the frame.
bool SendQueue::try_take() {
  // acquire: sees what the holder before us did to the fields below; release: see above.
  return !taken_.exchange(true, std::memory_order_acq_rel);
}

void SendQueue::let_go() {
  for (;;) {
    // release: the next holder sees what we did; acquire: see above.
    taken_.exchange(false, std::memory_order_acq_rel);
    // relaxed: the exchange has ordered us behind every frame that nobody else would send.
    if (left_.load(std::memory_order_relaxed) == nullptr || !try_take()) return;
    take_left();
  }
}

SendResult SendQueue::send(std::string_view payload) {
  if (payload.empty() || payload.size() > kMaxFrame) return {Disposition::Unsent, EMSGSIZE};
  if (const int failed = error()) return {Disposition::Unsent, failed};
  if (unsent_bytes() + kFrameHeader + payload.size() > kMaxUnsent) return {Disposition::Unsent, ENOBUFS};
  if (!try_take()) return leave(payload);
  SendResult result = send_as_holder(payload);
  let_go();
  if (result.error == 0) result.error = error();
  return result;
}

SendResult SendQueue::send_as_holder(std::string_view payload) {
  take_left();  // among it may be an earlier frame of this very thread
  if (const int failed = error()) return {Disposition::Unsent, failed};
  make_frame(frame_, payload);
  std::size_t written = 0;
  if (idle()) {
    const IoResult result = socket_.write({frame_.data(), frame_.size()});
    if (result.kind == IoResult::Kind::Error) {
      error_.store(result.error, std::memory_order_relaxed);  // relaxed: as in error()
      return {Disposition::Unsent, result.error};
    }
    written = result.bytes;
    if (written == frame_.size()) return {Disposition::Written, 0, written};
  }
  keep(std::string_view(frame_).substr(written));
  unsent_bytes_.fetch_add(frame_.size() - written, std::memory_order_relaxed);  // relaxed: a level
  return {Disposition::Queued, 0, written};
}

void SendQueue::rehearse(std::string_view payload) {
  if (payload.empty() || payload.size() > kMaxFrame || error() != 0 || !try_take()) return;
  take_left();
  make_frame(frame_, payload);
  let_go();
}

SendResult SendQueue::leave(std::string_view payload) {
  auto left = std::make_unique<Left>();
  make_frame(left->frame, payload);
  unsent_bytes_.fetch_add(left->frame.size(), std::memory_order_relaxed);  // relaxed: a level
  // relaxed: only a first guess of the compare-exchange below.
  left->next = left_.load(std::memory_order_relaxed);
  // release: the frame's bytes happen before whoever takes the list. relaxed on failure: only another guess.
  while (!left_.compare_exchange_weak(left->next, left.get(), std::memory_order_release,
                                      std::memory_order_relaxed)) {
  }
  static_cast<void>(left.release());  // the list's now
  if (try_take()) {
    take_left();
    let_go();
  }
  return {Disposition::Queued, error()};
}

void SendQueue::take_left() {
  // relaxed: this thread's own frames are seen in any case, and those of others are not stranded (see above).
  if (left_.load(std::memory_order_relaxed) == nullptr) return;
  const bool was_idle = idle();
  // acquire: pairs with every release in leave(), each being a link of one chain of exchanges.
  Left* newest = left_.exchange(nullptr, std::memory_order_acquire);
  Left* oldest = nullptr;
  while (newest != nullptr) {
    Left* const next = std::exchange(newest->next, oldest);
    oldest = std::exchange(newest, next);
  }
  while (oldest != nullptr) {
    const std::unique_ptr<Left> left(oldest);
    keep(left->frame);
    oldest = left->next;
  }
  // Otherwise the socket has said that it takes nothing: it goes out with the rest, when it does.
  if (was_idle) write_waiting();
}

void SendQueue::keep(std::string_view bytes) {
  if (waiting_at_ > waiting_.size() / 2) {
    waiting_.erase(0, waiting_at_);  // a queue that never runs empty must not grow by what has long been sent
    waiting_at_ = 0;
  }
  waiting_.append(bytes);
}

void SendQueue::write_waiting() {
  while (!idle() && error() == 0) {
    const IoResult result = socket_.write({waiting_.data() + waiting_at_, waiting_.size() - waiting_at_});
    if (result.kind == IoResult::Kind::WouldBlock) return;
    if (result.kind == IoResult::Kind::Error) {
      error_.store(result.error, std::memory_order_relaxed);  // relaxed: as in error()
      return;
    }
    waiting_at_ += result.bytes;
    unsent_bytes_.fetch_sub(result.bytes, std::memory_order_relaxed);  // relaxed: a level
  }
  if (!idle()) return;
  waiting_.clear();
  waiting_at_ = 0;
}

int SendQueue::flush() {
  if (!try_take()) return error();
  take_left();
  write_waiting();
  let_go();
  return error();
}

}  // namespace ibkr
