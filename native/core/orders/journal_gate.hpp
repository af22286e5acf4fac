// The write-ahead journal as the gate before orders: each order's intent is with the system before its bytes.
#pragma once

#include <atomic>
#include <memory>

#include "journal/journal.hpp"
#include "orders/send_gate.hpp"

namespace ibkr {

/// One for each journal, shared by the connections of its client id: what it counts goes on when one ends.
class JournalGate final : public SendGate {
 public:
  /// `last_arm_id`: of what the journal had when it was opened.
  JournalGate(std::shared_ptr<Journal> journal, std::int32_t last_arm_id)
      : journal_(std::move(journal)), last_arm_id_(last_arm_id) {}

  bool before_send(const OutgoingOrder& order) override;
  void after_send(const OutgoingOrder& order, const SendResult& result) override;
  std::optional<std::int32_t> before_arm(const ArmingOrder& order) override;
  void never_fires(std::int32_t arm_id, std::string_view reason) override;

  /// Ids up to this one count as used, and those of the next orders: written where it is due. False: it could
  /// not be.
  bool reserve(std::int32_t id);

  /// Why the newest record could not be written: an errno; 0: all were.
  int error() const { return error_.load(std::memory_order_relaxed); }  // relaxed: it stands for itself

  /// Ids are reserved so many at a time, and half of them ahead of use: what a failure of power takes of the
  /// newest records, the reservation is older than that.
  static constexpr std::int32_t kIdBlock = 1000;

 private:
  bool append(std::span<std::byte> record);
  bool append_intent(const OutgoingOrder& order, std::uint16_t flags);
  bool append_fired(const OutgoingOrder& order);

  std::shared_ptr<Journal> journal_;
  std::atomic<std::int32_t> last_arm_id_;
  std::atomic<std::int32_t> reserved_{0};  // ids below it may be in use
  std::atomic<int> error_{0};
};

}  // namespace ibkr
