#include "orders/journal_gate.hpp"

#include <cerrno>
#include <cmath>
#include <cstring>
#include <ctime>

#include "journal/journal_record.hpp"

namespace ibkr {

namespace {

/// Of an order of the core, whose texts have 64 bytes at most: on the stack, for two threads write at once.
constexpr std::size_t kRecordBytes = 4096;
using RecordMemory = std::array<std::byte, kRecordBytes>;

double epoch_micros() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

JournalHead head_of(JournalKind kind, std::int32_t order_id, std::int32_t arm_id = 0,
                    std::uint16_t flags = 0) {
  JournalHead out;
  out.kind = kind;
  out.flags = flags;
  out.order_id = order_id;
  out.arm_id = arm_id;
  out.time_micros = epoch_micros();
  return out;
}

}  // namespace

bool JournalGate::append(std::span<std::byte> record) {
  const int error = record.empty() ? EMSGSIZE : journal_->append(record);
  if (error == 0) return true;
  error_.store(error, std::memory_order_relaxed);  // relaxed: as in error()
  return false;
}

bool JournalGate::before_send(const OutgoingOrder& order) {
  if (!reserve(order.id)) return false;
  if (order.source == OrderSource::Armed && order.arm_id != 0) return append_fired(order);
  const std::uint16_t flags = order.is_change ? kJournalModify : 0;
  if (order.record.empty()) return append_intent(order, flags);
  JournalHead head = journal_head_of(order.record);
  head.flags |= flags;
  std::memcpy(order.record.data(), &head, sizeof head);
  return append(order.record);
}

bool JournalGate::append_intent(const OutgoingOrder& order, std::uint16_t flags) {
  if (order.intent == nullptr) {
    error_.store(EINVAL, std::memory_order_relaxed);  // relaxed: as in error()
    return false;
  }
  RecordMemory memory;
  JournalRecordMaker maker(memory);
  const IntentValues& intent = *order.intent;
  auto numbers = intent.numbers;
  if (!std::isnan(order.quantity)) numbers[kIntentQuantity] = order.quantity;
  if (!std::isnan(order.limit_price)) numbers[kIntentLimitPrice] = order.limit_price;
  maker.begin(head_of(JournalKind::Intent, order.id, 0, intent.flags | flags), numbers);
  maker.text(order.order_ref.value_or(intent.texts[static_cast<std::size_t>(IntentText::OrderRef)]));
  for (std::size_t i = 1; i < intent.texts.size(); ++i) maker.text(intent.texts[i]);
  return append(maker.finish());
}

bool JournalGate::append_fired(const OutgoingOrder& order) {
  RecordMemory memory;
  JournalRecordMaker maker(memory);
  const double numbers[] = {std::nan(""), order.value};
  maker.begin(head_of(JournalKind::Fired, order.id, order.arm_id), numbers);
  return append(maker.finish());
}

// Only what the next process has to know: an order that has left, and one that may have, are the same to it.
void JournalGate::after_send(const OutgoingOrder& order, const SendResult& result) {
  if (result.disposition != Disposition::Unsent) return;
  RecordMemory memory;
  JournalRecordMaker maker(memory);
  const double numbers[] = {static_cast<double>(JournalDisposition::Unsent)};
  maker.begin(head_of(JournalKind::Sent, order.id), numbers);
  // Where it cannot be written the order counts as one that may have left.
  static_cast<void>(append(maker.finish()));
}

std::optional<std::int32_t> JournalGate::before_arm(const ArmingOrder& order) {
  // relaxed: a number stands for itself.
  const std::int32_t arm_id = last_arm_id_.fetch_add(1, std::memory_order_relaxed) + 1;
  RecordMemory memory;
  JournalRecordMaker maker(memory);
  IntentValues intent = order.intent;
  intent.numbers[kIntentTriggerPrice] = order.price;
  if (std::isfinite(order.expires_ms))
    intent.numbers[kIntentExpiresMs] = std::floor(epoch_micros() / 1e3 + order.expires_ms);
  intent.text(IntentText::TriggerField) = order.field;
  intent.text(IntentText::TriggerOperator) = order.op;
  maker.begin(head_of(JournalKind::Armed, 0, arm_id, intent.flags), intent.numbers);
  for (const std::string_view text : intent.texts) maker.text(text);
  return append(maker.finish()) ? std::optional(arm_id) : std::nullopt;
}

void JournalGate::never_fires(std::int32_t arm_id, std::string_view reason) {
  if (arm_id == 0) return;
  RecordMemory memory;
  JournalRecordMaker maker(memory);
  maker.begin(head_of(JournalKind::Disarmed, 0, arm_id));
  maker.text(reason);
  // Where it cannot be written the next process finds an armed order that was not fired: the same.
  static_cast<void>(append(maker.finish()));
}

bool JournalGate::reserve(std::int32_t id) {
  // relaxed, here and below: numbers that stand for themselves; the journal puts the records in order.
  std::int32_t reserved = reserved_.load(std::memory_order_relaxed);
  if (id < reserved - kIdBlock / 2 || id > 0x7fffffff - kIdBlock) return true;
  RecordMemory memory;
  JournalRecordMaker maker(memory);
  const std::int32_t mark = id + kIdBlock;
  const double numbers[] = {static_cast<double>(mark)};
  maker.begin(head_of(JournalKind::IdBlock, 0), numbers);
  if (!append(maker.finish())) return false;
  while (reserved < mark && !reserved_.compare_exchange_weak(reserved, mark, std::memory_order_relaxed)) {
  }
  return true;
}

}  // namespace ibkr
