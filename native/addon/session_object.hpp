// The class JavaScript sees: one connection to a gateway.
#pragma once

#include <node_api.h>

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "journal_object.hpp"
#include "loop_session.hpp"
#include "orders/armed_orders.hpp"
#include "orders/order_encoder.hpp"
#include "orders/order_sheet.hpp"
#include "orders/template_sheet.hpp"

namespace ibkr::addon {

/// `new Session(options, ring, orderSheet, pump, carrier?)`; see src/native/session.ts for the meaning of
/// every argument.
///
/// Life: JavaScript's object owns this one through its finalizer. From construction until the LoopSession has
/// let go of thread and handles the object is also held from here, and so are the ring's memory and the pump;
/// after that nothing of it is, so that the collector takes them all, the pump's closure included.
class SessionObject {
 public:
  /// Tells our objects from those of other addons: a pointer is only taken out of an object that carries it.
  static constexpr napi_type_tag kTypeTag{0x6962'6b72'5365'7373, 0x9f1c'22b0'7d54'4e08};
  static constexpr const char* kForeignThis = "Session: called on something else";

  /// The constructor function, or nullptr in a dying environment.
  static napi_value define(napi_env env);
  SessionObject(const SessionObject&) = delete;
  SessionObject& operator=(const SessionObject&) = delete;
  ~SessionObject() = default;

 private:
  explicit SessionObject(napi_env env) : env_(env) {}

  static napi_value construct(napi_env env, napi_callback_info info);
  static void finalize(napi_env env, void* data, void* hint);
  static void on_environment_exit(napi_async_cleanup_hook_handle handle, void* data);
  bool open(napi_value self, std::span<const napi_value, 5> arguments);

  napi_value connect(std::span<const napi_value> arguments);
  // Over what JavaScript carries: session_feed.cpp
  napi_value open_fed(std::span<const napi_value> arguments);
  napi_value feed(std::span<const napi_value> arguments);
  napi_value feed_end(std::span<const napi_value> arguments);
  napi_value delivered(std::span<const napi_value> arguments);
  FedStream::Carried carry(std::span<const char> bytes);
  void wants_more();
  napi_value send_text(std::span<const napi_value> arguments);
  napi_value send_bytes(std::span<const napi_value> arguments);
  napi_value set_journal(std::span<const napi_value> arguments);
  napi_value denial(std::span<const napi_value> arguments);
  Sent send_payload(std::string_view payload, napi_value order_id, napi_value is_recorded);
  napi_value set_order_template(std::span<const napi_value> arguments);
  napi_value set_protobuf_order_template(std::span<const napi_value> arguments);
  napi_value set_cancel_template(std::span<const napi_value> arguments);
  napi_value place_order(std::span<const napi_value> values);
  napi_value cancel_order(std::span<const napi_value> arguments);
  // session_risk.cpp
  napi_value set_risk(std::span<const napi_value> arguments);
  napi_value set_read_only(std::span<const napi_value> arguments);
  // Prepared orders: session_templates.cpp
  napi_value open_orders(std::span<const napi_value> arguments);
  napi_value prepare_order(std::span<const napi_value> arguments);
  napi_value drop_template(std::span<const napi_value> arguments);
  napi_value send_template(std::span<const napi_value> arguments);
  napi_value arm_template(std::span<const napi_value> arguments);
  napi_value disarm(std::span<const napi_value> arguments);
  napi_value armed_outcome(std::span<const napi_value> arguments);
  napi_value forget_armed(std::span<const napi_value> arguments);
  napi_value rehearse(std::span<const napi_value> arguments);
  OrderTemplate* template_of(double handle);
  napi_value close(std::span<const napi_value> arguments);
  napi_value take_spill(std::span<const napi_value> arguments);
  napi_value set_raw(std::span<const napi_value> arguments);
  // The desk: session_desk.cpp
  napi_value set_batching(std::span<const napi_value> arguments);
  napi_value open_desk(std::span<const napi_value> arguments);
  napi_value set_tape(std::span<const napi_value> arguments);
  napi_value treat(std::span<const napi_value> arguments);
  napi_value forget(std::span<const napi_value> arguments);
  napi_value order(std::span<const napi_value> arguments);
  bool lend(napi_value value, const AggregatePlan& plan);
  // The ring, and the connection as a whole
  napi_value drained(std::span<const napi_value> arguments);
  napi_value stats(std::span<const napi_value> arguments);

  napi_value sent(Sent result) const;
  void call_pump();
  /// With nothing of JavaScript's on the stack, as a rule.
  void enter_javascript(napi_ref function);
  void finished();

  napi_env env_;
  napi_ref self_ = nullptr;                  // strong from open() to finished()
  napi_ref pump_ = nullptr;                  // strong, as long
  napi_ref carrier_ = nullptr;               // strong, as long; where somebody else carries the bytes
  napi_ref ring_memory_ = nullptr;           // strong, as long
  napi_ref sheet_memory_ = nullptr;          // strong, as long
  napi_ref board_memory_ = nullptr;          // strong, from open_desk() to finished()
  napi_ref counter_memory_ = nullptr;        // strong, as long
  napi_ref id_memory_ = nullptr;             // strong, from open_orders() to finished()
  napi_ref template_memory_ = nullptr;       // strong, as long
  napi_ref journal_ = nullptr;               // strong, from set_journal() to finished(): its sheet
  napi_ref tape_memory_ = nullptr;           // strong, from set_tape() to finished()
  JournalObject* journal_object_ = nullptr;  // of journal_
  // Outlives the session whose outlet has it, and what is left of JavaScript's journal.
  std::shared_ptr<JournalGate> gate_;
  std::shared_ptr<RiskGate> risk_;  // as gate_
  std::span<std::byte> counters_;   // of counter_memory_
  /// A treatment whose memory the core writes.
  struct Lent {
    std::shared_ptr<std::atomic<bool>> let_go;
    napi_ref reference;
  };
  std::vector<Lent> lent_;
  napi_async_context context_ = nullptr;
  napi_async_cleanup_hook_handle hook_ = nullptr;
  std::shared_ptr<LoopSession> loop_session_;  // null before open() and after finished()
  OrderEncoder order_encoder_;
  std::optional<OrderSheet> order_sheet_;    // from open() to finished()
  TemplateSheet* template_sheet_ = nullptr;  // from open_orders() to finished(), as the next one
  std::optional<ArmedOrders> armed_;
  std::vector<std::optional<OrderTemplate>> templates_;  // by handle, less one
  std::string text_;                                     // memory for outgoing text, reused
};

}  // namespace ibkr::addon
