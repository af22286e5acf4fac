#include "net/send_queue.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "wire/framer.hpp"
#include "wire/outgoing.hpp"

namespace ibkr {

namespace {
void make_frame(std::string& out, std::string_view payload) {
  out.resize(kFrameHeader + payload.size());
  write_be32(out.data(), static_cast<std::uint32_t>(payload.size()));
  std::memcpy(out.data() + kFrameHeader, payload.data(), payload.size());
}
}  // namespace

SendQueue::~SendQueue() {
  for (Left* left : {left_.load(std::memory_order_relaxed), behind_}) {  // relaxed: every sender has ended
    while (left != nullptr) {
      const std::unique_ptr<Left> gone(left);
      left = gone->next;
    }
  }
}

// No frame is stranded. Who leaves one adds it to `left_`, or says `again_`, and then tries `taken_`;
// let_go() clears `taken_` and then looks at both. Both touch `taken_` with an exchange, acquire and release
// at once, so the two are ordered: either the leaver comes second and gets the queue, or let_go() comes
// second, and then reads what the exchange before it released.
bool SendQueue::try_take() {
  // acquire: sees what the holder before us did to the fields below; release: see above.
  return !taken_.exchange(true, std::memory_order_acq_rel);
}

void SendQueue::let_go() {
  for (;;) {
    // release: the next holder sees what we did; acquire: see above.
    taken_.exchange(false, std::memory_order_acq_rel);
    // relaxed: the exchange has ordered us behind everything that nobody else would look after.
    const bool is_done =
        left_.load(std::memory_order_relaxed) == nullptr && !again_.load(std::memory_order_relaxed);
    if (is_done || !try_take()) return;
    sort_out();
  }
}

int SendQueue::refusal(std::string_view payload) const {
  if (payload.empty() || payload.size() > kMaxFrame) return EMSGSIZE;
  if (is_read_only_ && !ReadingIds::has(read_outgoing(payload).id)) return EPERM;
  if (const int failed = error()) return failed;
  return unsent_bytes() + kFrameHeader + payload.size() > kMaxUnsent ? ENOBUFS : 0;
}

SendResult SendQueue::send(std::string_view payload) {
  if (const int why = refusal(payload)) return {Disposition::Unsent, why};
  if (!try_take()) return leave(payload);
  SendResult result = send_as_holder(payload);
  let_go();
  if (result.error == 0) result.error = error();
  return result;
}

SendResult SendQueue::send_as_holder(std::string_view payload) {
  sort_out();  // among it may be an earlier frame of this very thread
  if (const int failed = error()) return {Disposition::Unsent, failed};
  if (behind_ == nullptr) return write_or_keep(payload);
  // It may be about an order that waits here: behind all of them.
  push_left(payload, kPlain);
  take_left();
  return {Disposition::Queued};
}

SendResult SendQueue::write_or_keep(std::string_view payload) {
  make_frame(frame_, payload);
  std::size_t written = 0;
  if (idle()) {
    const IoResult result = write(frame_);
    if (result.kind == IoResult::Kind::Error) {
      error_.store(result.error, std::memory_order_relaxed);  // relaxed: as in error()
      return {Disposition::Unsent, result.error};
    }
    written = result.bytes;
    if (written == frame_.size()) {
      add(sent_frames_, 1);
      return {taken_whole(), 0, written};
    }
  }
  keep(std::string_view(frame_).substr(written));
  add(sent_frames_, 1);
  unsent_bytes_.fetch_add(frame_.size() - written, std::memory_order_relaxed);  // relaxed: a level
  return {Disposition::Queued, 0, written};
}

void SendQueue::rehearse(std::string_view payload) {
  if (payload.empty() || payload.size() > kMaxFrame || error() != 0 || !try_take()) return;
  sort_out();
  make_frame(frame_, payload);
  let_go();
}

SendResult SendQueue::leave(std::string_view payload) {
  push_left(payload, kPlain);
  if (try_take()) {
    sort_out();
    let_go();
  }
  return {Disposition::Queued, error()};
}

void SendQueue::push_left(std::string_view payload, std::uint32_t number) {
  auto left = std::make_unique<Left>();
  make_frame(left->frame, payload);
  left->number = number;
  unsent_bytes_.fetch_add(left->frame.size(), std::memory_order_relaxed);  // relaxed: a level
  // relaxed: only a first guess of the compare-exchange below.
  left->next = left_.load(std::memory_order_relaxed);
  // release: the frame's bytes happen before whoever takes the list. relaxed on failure: only another guess.
  while (!left_.compare_exchange_weak(left->next, left.get(), std::memory_order_release,
                                      std::memory_order_relaxed)) {
  }
  static_cast<void>(left.release());  // the list's now
}

// --- numbered frames
// -----------------------------------------------------------------------------------------
//
// A holder sends number X only after it has looked at the claims and taken what was left, in this order. Had
// another sender a smaller number Y, then it had claimed it before X was taken (the counter's exchanges put
// the claim before X; where a number was chosen long before, its sender looks at the counter behind its
// claim, and sends nothing if X had been taken). So the holder sees that claim, and X stays; or it sees that
// the claim has ended, and then Y was left before, and is among what it takes.

SendResult SendQueue::send_numbered(NumberedSender sender, std::uint32_t number, std::string_view payload) {
  if (const int why = refusal(payload)) {
    withdraw(sender);
    return {Disposition::Unsent, why};
  }
  if (try_take()) {
    end_claim(sender);  // its frame is at hand
    SendResult result = send_numbered_as_holder(number, payload);
    let_go();
    if (result.error == 0) result.error = error();
    return result;
  }
  push_left(payload, number);
  withdraw(sender);  // behind its frame
  return {Disposition::Queued, error()};
}

SendResult SendQueue::send_numbered_as_holder(std::uint32_t number, std::string_view payload) {
  const bool was_idle = idle();
  take_left();
  const std::uint32_t claimed = lowest_claim();
  take_left();
  if (was_idle) write_waiting();  // plain frames that were left
  if (const int failed = error()) return {Disposition::Unsent, failed};
  SendResult result{Disposition::Queued};
  const bool is_next = number < claimed && (behind_ == nullptr || number < behind_->number);
  if (is_next)
    result = write_or_keep(payload);
  else
    push_left(payload, number);
  // Not before: what waits may wait for this one.
  if (is_next && behind_ == nullptr) return result;
  sort_out();
  const bool all_taken = behind_ == nullptr && idle() && error() == 0;
  return all_taken ? SendResult{taken_whole()} : result;
}

void SendQueue::withdraw(NumberedSender sender) {
  end_claim(sender);
  again_.store(true, std::memory_order_release);  // release: who reads it sees that the claim has ended
  if (!try_take()) return;
  sort_out();
  let_go();
}

void SendQueue::end_claim(NumberedSender sender) {
  // release: who sees it sees the frame that was left before.
  claims_[index_of(sender)].store(kPlain, std::memory_order_release);
}

std::uint32_t SendQueue::lowest_claim() const {
  // seq_cst: see claim(); acquire is in it: see end_claim().
  return std::min(claims_[0].load(std::memory_order_seq_cst), claims_[1].load(std::memory_order_seq_cst));
}

void SendQueue::sort_out() {
  // Not a load alone: what is read releases the claim that has ended.
  if (again_.load(std::memory_order_relaxed)) again_.exchange(false, std::memory_order_acq_rel);
  const bool was_idle = idle();
  take_left();
  while (behind_ != nullptr) {
    // What comes after this look may stand behind a claim that we have not seen.
    const std::uint32_t newest = behind_last_->number;
    const std::uint32_t claimed = lowest_claim();
    take_left();
    if (!release_behind(newest, claimed)) break;
  }
  // Otherwise the socket has said that it takes nothing: it goes out with the rest, when it does.
  if (was_idle) write_waiting();
}

/// False: nothing may go.
bool SendQueue::release_behind(std::uint32_t newest, std::uint32_t claimed) {
  bool any = false;
  while (behind_ != nullptr && behind_->number <= newest && behind_->number < claimed) {
    const std::unique_ptr<Left> left(behind_);
    behind_ = left->next;
    keep(left->frame);
    add(sent_frames_, 1);
    any = true;
  }
  if (behind_ == nullptr) behind_last_ = nullptr;
  return any;
}

void SendQueue::take_left() {
  // relaxed: this thread's own frames are seen in any case, and those of others are not stranded (see above).
  if (left_.load(std::memory_order_relaxed) == nullptr) return;
  // acquire: pairs with every release in push_left(), each being a link of one chain of exchanges.
  Left* newest = left_.exchange(nullptr, std::memory_order_acquire);
  Left* oldest = nullptr;
  while (newest != nullptr) {
    Left* const next = std::exchange(newest->next, oldest);
    oldest = std::exchange(newest, next);
  }
  while (oldest != nullptr) {
    Left* const left = std::exchange(oldest, oldest->next);
    left->next = nullptr;
    if (left->number != kPlain || behind_ != nullptr) {
      put_behind(left);
    } else {
      keep(left->frame);
      add(sent_frames_, 1);
      std::unique_ptr<Left>{left}.reset();
    }
  }
}

void SendQueue::put_behind(Left* left) {
  // What has no number may be about any of those that wait.
  if (left->number == kPlain) left->number = behind_last_->number;
  Left** place = &behind_;
  while (*place != nullptr && (*place)->number <= left->number) place = &(*place)->next;
  left->next = *place;
  *place = left;
  if (left->next == nullptr) behind_last_ = left;
}

void SendQueue::keep(std::string_view bytes) {
  if (waiting_at_ > waiting_.size() / 2) {
    waiting_.erase(0, waiting_at_);  // a queue that never runs empty must not grow by what has long been sent
    waiting_at_ = 0;
  }
  waiting_.append(bytes);
}

IoResult SendQueue::write(std::string_view bytes) {
  const IoResult result = stream_.write({bytes.data(), bytes.size()});
  add(sent_bytes_, result.bytes);
  return result;
}

void SendQueue::write_waiting() {
  while (!idle() && error() == 0) {
    const IoResult result = write(std::string_view(waiting_).substr(waiting_at_));
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
  sort_out();
  write_waiting();
  let_go();
  return error();
}

}  // namespace ibkr
