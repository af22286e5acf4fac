// The risk gate of one connection: every frame that may be an order is read, judged and reserved before its
// first byte, on the thread that sends it.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "gate/decision_ring.hpp"
#include "gate/order_reader.hpp"
#include "gate/shared_risk.hpp"
#include "net/send_queue.hpp"
#include "orders/send_gate.hpp"
#include "stream/board.hpp"
#include "wire/outgoing.hpp"

namespace ibkr {

/// Where a decision came from, behind the numbers of OrderSource.
enum class DecisionSource : std::uint8_t { Raw = 3, Exercise = 4, Unit = 5 };

/// Quotes that JavaScript writes where no board has them: of each instrument four doubles.
struct PlainQuote {
  double bid, ask, last;  ///< NaN: none
  double micros;          ///< CLOCK_MONOTONIC of the newest of them
};

/// It outlives the connection it stands before. JavaScript's thread and the one that reads may be in it at
/// once; whoever allocates is JavaScript's, and never in an order's way.
class RiskGate final : public SendGate {
 public:
  static constexpr std::uint32_t kNoSlot = 0xffffffff;
  /// Units that are reserved and have not left yet.
  static constexpr std::size_t kMostApproved = 64;

  explicit RiskGate(std::shared_ptr<SharedRisk> shared);
  ~RiskGate();

  SharedRisk& shared() { return *shared_; }
  RiskBook& book() { return shared_->book(); }
  /// JavaScript's thread, before a connection: the upper half of its orders' keys, of the endpoint and the
  /// client id.
  void set_client(std::uint32_t client) {
    client_.store(client == 0 ? 1 : client, std::memory_order_relaxed);  // relaxed: before anything is sent
  }
  std::uint32_t client() const { return client_.load(std::memory_order_relaxed); }  // relaxed: as above
  std::uint64_t key_of(std::int32_t order_id) const {
    return static_cast<std::uint64_t>(client()) << 32 | static_cast<std::uint32_t>(order_id);
  }

  /// JavaScript's thread, before anything is sent: of the connection of the moment, as it was agreed on.
  void set_server_version(std::int32_t version) {
    server_version_.store(version, std::memory_order_relaxed);  // relaxed: stands for itself
  }

  // SendGate
  bool before_send(const OutgoingOrder& order) override;
  void after_send(const OutgoingOrder& order, const SendResult& result) override;
  std::optional<std::int32_t> before_arm(const ArmingOrder& order) override;

  /// A frame that was not announced as an order. True: it may leave, and is none.
  enum class Plain : std::uint8_t {
    Passes,
    IsOrder,  ///< to be sent as one
    Denied,
  };
  Plain judge_plain(std::string_view payload);
  /// The number in a PLACE_ORDER frame; nothing where it cannot be read.
  std::optional<std::int32_t> order_id_of(std::string_view payload) const;

  /// JavaScript's thread: orders that leave together are judged and reserved together; each passes afterwards
  /// as what it is here. None does where one is denied.
  Decision judge_unit(std::span<const std::string_view> payloads, UnitKind kind);
  /// Of what judge_unit() has let through and does not leave.
  void withdraw_approved(std::int32_t order_id);

  /// JavaScript's thread: orders that it sends meanwhile flatten, and pass the stop.
  void set_flattening(bool on) { flattening_ = on; }
  /// For any thread: bits of GuardBit.
  void set_guard(std::uint8_t bits) {
    guard_.store(bits, std::memory_order_relaxed);
  }  // relaxed: stands for itself

  /// JavaScript's thread. `board`: outlives the gate's connection.
  void set_board(std::optional<Board> board);
  void set_plain_quotes(std::span<const PlainQuote> quotes) { plain_quotes_ = quotes; }
  /// kNoSlot: not from the board.
  void set_quote_slot(std::uint32_t instrument, std::uint32_t slot);

  /// JavaScript's thread: values every instrument that has a quote, at its middle or its last price.
  void mark_all();

  /// Of the newest order of JavaScript's thread.
  const DecisionRecord& last_decision() const { return last_; }
  DecisionRing& decisions() { return decisions_; }

  /// Under the stop: what waits in the queue and has not begun.
  void withdraw_orders();

 private:
  struct Approved {
    std::int32_t order_id = 0;
    std::uint64_t payload = 0;  ///< hash
  };

  std::optional<ReadOrder> read(std::string_view payload) const;
  Decision make_intent(const ReadOrder& order, OrderIntent& out, std::uint32_t& instrument);
  RiskQuote quote_of(std::uint32_t instrument) const;
  bool take_approved(std::int32_t order_id, std::string_view payload);
  void note(DecisionRecord& record, const Decision& decision, double source, const OrderIntent& intent,
            std::int32_t order_id, std::uint32_t instrument, bool is_loop);

  std::shared_ptr<SharedRisk> shared_;
  std::atomic<std::uint32_t> client_{1};
  std::atomic<std::int32_t> server_version_{0};
  std::atomic<std::uint8_t> guard_{0};
  bool flattening_ = false;
  std::optional<Board> board_;
  std::atomic<bool> has_board_{false};
  std::span<const PlainQuote> plain_quotes_{};
  std::unique_ptr<std::atomic<std::uint32_t>[]> slots_;
  std::size_t slot_count_;
  std::vector<Approved> approved_;
  DecisionRecord last_{};
  DecisionRing decisions_;
};

}  // namespace ibkr
