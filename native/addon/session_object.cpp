#include "session_object.hpp"

#include <cmath>
#include <iterator>
#include <tuple>
#include <utility>
#include <vector>

#include "object_class.hpp"
#include "session_stats.hpp"
#include "values.hpp"

namespace ibkr::addon {

namespace {

/// An option that src/native/session.ts has checked; 0 where it is missing.
double option(napi_env env, napi_value options, const char* name) {
  const double value = number_of(env, property_of(env, options, name)).value_or(0);
  return std::isfinite(value) ? value : 0;
}

std::string_view view_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

constexpr const char* kType = "ERR_INVALID_ARG_TYPE";
constexpr const char* kValue = "ERR_INVALID_ARG_VALUE";

}  // namespace

napi_value SessionObject::define(napi_env env) {
  using Self = SessionObject;
  const napi_property_descriptor methods[] = {
      method_entry("connect", object_method<Self, &Self::connect, 5>),
      method_entry("open", object_method<Self, &Self::open_fed, 2>),
      method_entry("feed", object_method<Self, &Self::feed, 1>),
      method_entry("feedEnd", object_method<Self, &Self::feed_end, 1>),
      method_entry("delivered", object_method<Self, &Self::delivered, 0>),
      method_entry("sendText", object_method<Self, &Self::send_text, 3>),
      method_entry("sendBytes", object_method<Self, &Self::send_bytes, 3>),
      method_entry("setJournal", object_method<Self, &Self::set_journal, 1>),
      method_entry("setRisk", object_method<Self, &Self::set_risk, 1>),
      method_entry("setReadOnly", object_method<Self, &Self::set_read_only, 0>),
      method_entry("denial", object_method<Self, &Self::denial, 0>),
      method_entry("setOrderTemplate", object_method<Self, &Self::set_order_template, 2>),
      method_entry("setProtobufOrderTemplate", object_method<Self, &Self::set_protobuf_order_template, 3>),
      method_entry("setCancelTemplate", object_method<Self, &Self::set_cancel_template, 3>),
      method_entry("cancelOrder", object_method<Self, &Self::cancel_order, 1>),
      method_entry("openOrders", object_method<Self, &Self::open_orders, 2>),
      method_entry("prepareOrder", object_method<Self, &Self::prepare_order, 0>),
      method_entry("dropTemplate", object_method<Self, &Self::drop_template, 1>),
      method_entry("armTemplate", object_method<Self, &Self::arm_template, 0>),
      method_entry("disarm", object_method<Self, &Self::disarm, 2>),
      method_entry("armedOutcome", object_method<Self, &Self::armed_outcome, 1>),
      method_entry("forgetArmed", object_method<Self, &Self::forget_armed, 1>),
      method_entry("rehearse", object_method<Self, &Self::rehearse, 0>),
      method_entry("close", object_method<Self, &Self::close, 0>),
      method_entry("takeSpill", object_method<Self, &Self::take_spill, 0>),
      method_entry("setRaw", object_method<Self, &Self::set_raw, 1>),
      method_entry("setBatching", object_method<Self, &Self::set_batching, 2>),
      method_entry("openDesk", object_method<Self, &Self::open_desk, 2>),
      method_entry("setTape", object_method<Self, &Self::set_tape, 2>),
      method_entry("treat", object_method<Self, &Self::treat, 2>),
      method_entry("forget", object_method<Self, &Self::forget, 1>),
      method_entry("order", object_method<Self, &Self::order, 3>),
      method_entry("drained", object_method<Self, &Self::drained, 0>),
      method_entry("stats", object_method<Self, &Self::stats, 0>),
  };
  napi_value constructor = nullptr;
  const napi_status status = napi_define_class(env, "Session", NAPI_AUTO_LENGTH, &Self::construct, nullptr,
                                               std::size(methods), methods, &constructor);
  return status == napi_ok ? constructor : nullptr;
}

napi_value SessionObject::construct(napi_env env, napi_callback_info info) {
  napi_value arguments[5] = {};
  std::size_t count = 5;
  napi_value self = nullptr;
  if (napi_get_cb_info(env, info, &count, arguments, &self, nullptr) != napi_ok) return nullptr;
  napi_value target = nullptr;
  if (napi_get_new_target(env, info, &target) != napi_ok || target == nullptr)
    return throw_with_code(env, kType, "Session: a constructor, to be called with new");
  std::unique_ptr<SessionObject> object(new SessionObject(env));
  if (napi_wrap(env, self, object.get(), &SessionObject::finalize, nullptr, nullptr) != napi_ok)
    return throw_with_code(env, kValue, "Session: the object cannot be wrapped");
  SessionObject* const wrapped = object.release();  // the finalizer's now
  using Self = SessionObject;
  if (napi_type_tag_object(env, self, &kTypeTag) != napi_ok ||
      !bind_method<Self, &Self::place_order>(env, self, wrapped, "placeOrder") ||
      !bind_method<Self, &Self::send_template>(env, self, wrapped, "sendTemplate"))
    return nullptr;
  return wrapped->open(self, arguments) ? self : nullptr;
}

void SessionObject::finalize(napi_env, void* data, void*) {
  const std::unique_ptr<SessionObject> gone(static_cast<SessionObject*>(data));
}

// src/native/session.ts validates what users say; this only guards memory. False: something was thrown, or
// the environment is dying.
bool SessionObject::open(napi_value self, std::span<const napi_value, 5> arguments) {
  const napi_env env = env_;
  const auto [options, memory, sheet, pump, carrier] =
      std::tuple{arguments[0], arguments[1], arguments[2], arguments[3], arguments[4]};
  napi_valuetype options_type = napi_undefined, pump_type = napi_undefined;
  napi_valuetype carrier_type = napi_undefined;
  const auto bytes = bytes_of(env, memory);
  const auto sheet_bytes = bytes_of(env, sheet);
  if (options == nullptr || pump == nullptr || napi_typeof(env, options, &options_type) != napi_ok ||
      napi_typeof(env, pump, &pump_type) != napi_ok || options_type != napi_object ||
      pump_type != napi_function || !bytes || !sheet_bytes ||
      (carrier != nullptr && napi_typeof(env, carrier, &carrier_type) != napi_ok) ||
      (carrier_type != napi_function && carrier_type != napi_undefined)) {
    throw_with_code(env, kType, "Session: expected (options, Uint8Array, Uint8Array, function, function?)");
    return false;
  }
  const double wanted = option(env, options, "capacity");
  const auto capacity = wanted >= 0 && wanted <= kMaxCapacity ? static_cast<std::uint32_t>(wanted) : 0;
  if (!Ring::valid_capacity(capacity) || bytes->size() < Ring::bytes_for(capacity) ||
      reinterpret_cast<std::uintptr_t>(bytes->data()) % kRingAlignment != 0) {
    throw_with_code(env, kValue, "Session: the ring's memory does not fit its capacity");
    return false;
  }
  if (sheet_bytes->size() < kSheetBytes ||
      reinterpret_cast<std::uintptr_t>(sheet_bytes->data()) % alignof(double) != 0) {
    throw_with_code(env, kValue, "Session: the memory of the order sheet is too small");
    return false;
  }
  LoopOptions loop_options;
  loop_options.mode = static_cast<ReadMode>(static_cast<int>(option(env, options, "mode")));
  loop_options.policy = static_cast<FullPolicy>(static_cast<int>(option(env, options, "policy")));
  loop_options.stall_micros = static_cast<std::int64_t>(option(env, options, "stallMicros"));
  loop_options.socket.receive_buffer = static_cast<int>(option(env, options, "receiveBufferBytes"));
  loop_options.socket.send_buffer = static_cast<int>(option(env, options, "sendBufferBytes"));
  if (const auto nice = number_of(env, property_of(env, options, "guardNice")))
    loop_options.guard_nice = static_cast<int>(*nice);

  uv_loop_t* loop = nullptr;
  napi_value name = nullptr;
  if (napi_get_uv_event_loop(env, &loop) != napi_ok ||
      napi_create_string_utf8(env, "ibkr-native.Session", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_async_init(env, nullptr, name, &context_) != napi_ok ||
      napi_create_reference(env, self, 1, &self_) != napi_ok ||
      napi_create_reference(env, pump, 1, &pump_) != napi_ok ||
      napi_create_reference(env, memory, 1, &ring_memory_) != napi_ok ||
      napi_create_reference(env, sheet, 1, &sheet_memory_) != napi_ok ||
      (carrier_type == napi_function && napi_create_reference(env, carrier, 1, &carrier_) != napi_ok)) {
    throw_with_code(env, "ERR_NO_EVENT_LOOP", "Session: this environment has no event loop, or is ending");
    finished();
    return false;
  }
  order_sheet_.emplace(sheet_bytes->first<kSheetBytes>());
  Ring ring(bytes->data(), capacity);
  ring.reset();
  std::optional<Carrier> carried;
  if (carrier_ != nullptr)
    carried.emplace(
        Carrier{[this](std::span<const char> out) { return carry(out); }, [this] { wants_more(); }});
  loop_session_ = std::make_shared<LoopSession>(
      loop, loop_options, ring, [this] { call_pump(); }, [this] { finished(); }, std::move(carried));
  if (loop_session_->start() != 0) {
    throw_with_code(env, "ERR_NO_DESCRIPTOR", "Session: out of file descriptors");
    finished();
    return false;
  }
  if (napi_add_async_cleanup_hook(env, &SessionObject::on_environment_exit, this, &hook_) != napi_ok) {
    hook_ = nullptr;
    loop_session_->close();  // the environment is going: take no part in it
    return false;
  }
  return true;
}

// A worker is being terminated or the process ends: no more JavaScript. The handles must close before the
// environment's loop goes; finished() lets it go on.
void SessionObject::on_environment_exit(napi_async_cleanup_hook_handle, void* data) {
  auto* self = static_cast<SessionObject*>(data);
  if (self->loop_session_ != nullptr) self->loop_session_->close();
}

void SessionObject::finished() {
  armed_.reset();  // stands on the connection; nobody reads any more
  template_sheet_ = nullptr;
  loop_session_ = nullptr;
  const auto drop = [this](napi_ref& reference) {
    if (reference != nullptr) static_cast<void>(napi_delete_reference(env_, reference));
    reference = nullptr;
  };
  drop(pump_);
  drop(carrier_);
  drop(ring_memory_);
  order_sheet_.reset();
  drop(sheet_memory_);
  drop(board_memory_);
  drop(counter_memory_);
  drop(tape_memory_);
  journal_object_ = nullptr;
  drop(journal_);
  drop(id_memory_);
  drop(template_memory_);
  for (Lent& lent : lent_) drop(lent.reference);
  lent_.clear();
  if (context_ != nullptr) static_cast<void>(napi_async_destroy(env_, context_));
  context_ = nullptr;
  if (hook_ != nullptr) static_cast<void>(napi_remove_async_cleanup_hook(hook_));
  hook_ = nullptr;
  drop(self_);  // last: the collector may take this object from here on
}

void SessionObject::call_pump() { enter_javascript(pump_); }

void SessionObject::enter_javascript(napi_ref reference) {
  const napi_env env = env_;
  napi_handle_scope scope = nullptr;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return;
  napi_value function = nullptr;
  napi_value receiver = nullptr;
  if (napi_get_reference_value(env, reference, &function) == napi_ok && function != nullptr &&
      napi_get_global(env, &receiver) == napi_ok) {
    const napi_status status = napi_make_callback(env, context_, receiver, function, 0, nullptr, nullptr);
    bool pending = false;
    napi_value error = nullptr;
    // They report what others throw; what comes here is their own failure, and must not be lost.
    if (status == napi_pending_exception && napi_is_exception_pending(env, &pending) == napi_ok && pending &&
        napi_get_and_clear_last_exception(env, &error) == napi_ok) {
      static_cast<void>(napi_fatal_exception(env, error));
    }
  }
  static_cast<void>(napi_close_handle_scope(env, scope));
}

napi_value SessionObject::sent(Sent result) const { return number(env_, static_cast<double>(result)); }

napi_value SessionObject::connect(std::span<const napi_value> arguments) {
  const auto address = text_of(env_, arguments[0]);
  const auto port = number_of(env_, arguments[1]);
  const auto versions = text_of(env_, arguments[2]);
  const auto connect_timeout_ms = number_of(env_, arguments[3]);
  const auto handshake_timeout_ms = number_of(env_, arguments[4]);
  if (!address || !port || !versions || !connect_timeout_ms || !handshake_timeout_ms)
    return throw_with_code(env_, kType, "connect: expected (string, number, string, number, number)");
  if (loop_session_ != nullptr) {
    loop_session_->connect(*address, static_cast<std::uint16_t>(*port), *versions,
                           static_cast<std::uint64_t>(*connect_timeout_ms),
                           static_cast<std::uint64_t>(*handshake_timeout_ms));
  }
  return nullptr;
}

napi_value SessionObject::send_text(std::span<const napi_value> arguments) {
  if (loop_session_ == nullptr) return sent(Sent::No);
  if (text_.size() < 4096) text_.resize(4096);
  std::size_t size = 0;
  if (arguments[0] == nullptr ||
      napi_get_value_string_utf8(env_, arguments[0], text_.data(), text_.size(), &size) != napi_ok)
    return throw_with_code(env_, kType, "sendText: expected a string");
  if (size + 4 >= text_.size()) {
    // Perhaps cut off (a character takes four bytes at most): ask for the whole length.
    if (napi_get_value_string_utf8(env_, arguments[0], nullptr, 0, &size) != napi_ok) return nullptr;
    text_.resize(size + 1);
    if (napi_get_value_string_utf8(env_, arguments[0], text_.data(), text_.size(), &size) != napi_ok)
      return nullptr;
  }
  return sent(send_payload({text_.data(), size}, arguments[1], arguments[2]));
}

// What is an order leaves in its turn. Where it is on record, it passes the gate with what JavaScript has
// made.
Sent SessionObject::send_payload(std::string_view payload, napi_value order_id, napi_value is_recorded) {
  const auto id = number_of(env_, order_id);
  if (!id) return loop_session_->send(payload);
  const bool is_gated = flag_of(env_, is_recorded).value_or(false);
  OutgoingOrder order{.id = static_cast<std::int32_t>(*id),
                      .payload = payload,
                      .quantity = std::nan(""),
                      .limit_price = std::nan("")};
  if (is_gated && journal_object_ != nullptr) order.record = journal_object_->record();
  double written_micros = 0;
  const Sent result = loop_session_->send_order(order, written_micros, is_gated);
  if (order_sheet_) order_sheet_->stamp(0, written_micros);
  return result;
}

napi_value SessionObject::set_journal(std::span<const napi_value> arguments) {
  JournalObject* const journal = JournalObject::of(env_, arguments[0]);
  if (journal == nullptr || journal->gate() == nullptr)
    return throw_with_code(env_, kType, "setJournal: expected a journal that is open");
  if (loop_session_ == nullptr || journal_ != nullptr) return nullptr;
  if (napi_create_reference(env_, arguments[0], 1, &journal_) != napi_ok) return nullptr;
  journal_object_ = journal;
  gate_ = journal->gate();
  loop_session_->outlet().set_gate(gate_.get());
  return nullptr;
}

/// The errno with which the gate last said no; 0: it never did.
napi_value SessionObject::denial(std::span<const napi_value>) {
  return number(env_, gate_ == nullptr ? 0 : gate_->error());
}

napi_value SessionObject::send_bytes(std::span<const napi_value> arguments) {
  const auto bytes = bytes_of(env_, arguments[0]);
  if (!bytes) return throw_with_code(env_, kType, "sendBytes: expected a Uint8Array");
  return sent(loop_session_ == nullptr ? Sent::No
                                       : send_payload(view_of(*bytes), arguments[1], arguments[2]));
}

napi_value SessionObject::set_order_template(std::span<const napi_value> arguments) {
  const auto pieces_length = length_of(env_, arguments[0]);
  const auto placeholders_length = length_of(env_, arguments[1]);
  if (!pieces_length || !placeholders_length)
    return throw_with_code(env_, kType, "setOrderTemplate: expected two arrays");
  std::vector<std::string> pieces;
  std::vector<std::uint8_t> placeholders;
  for (std::uint32_t i = 0; i < *pieces_length; ++i) {
    auto piece = text_of(env_, element_of(env_, arguments[0], i));
    if (!piece) return throw_with_code(env_, kType, "setOrderTemplate: a piece is no string");
    pieces.push_back(std::move(*piece));
  }
  for (std::uint32_t i = 0; i < *placeholders_length; ++i) {
    const auto index = number_of(env_, element_of(env_, arguments[1], i));
    if (!index || !(*index >= 0 && *index < kPlaceholders.size()))
      return throw_with_code(env_, kValue, "setOrderTemplate: there is no such placeholder");
    placeholders.push_back(static_cast<std::uint8_t>(*index));
  }
  if (!order_encoder_.text_order().set(std::move(pieces), std::move(placeholders)))
    return throw_with_code(env_, kValue, "setOrderTemplate: pieces and placeholders do not fit");
  return nullptr;
}

napi_value SessionObject::set_protobuf_order_template(std::span<const napi_value> arguments) {
  const auto head = bytes_of(env_, arguments[0]);
  const auto tail = bytes_of(env_, arguments[1]);
  const auto length = length_of(env_, arguments[2]);
  if (!head || !tail || !length)
    return throw_with_code(env_, kType, "setProtobufOrderTemplate: expected two Uint8Arrays and an array");
  std::vector<ProtobufOrderTemplate::Part> parts;
  for (std::uint32_t i = 0; i < *length; ++i) {
    napi_value const from = element_of(env_, arguments[2], i);
    const auto otherwise = bytes_of(env_, property_of(env_, from, "otherwise"));
    const auto in_order = flag_of(env_, property_of(env_, from, "inOrder"));
    if (!otherwise || !in_order)
      return throw_with_code(env_, kType, "setProtobufOrderTemplate: a part is not as expected");
    ProtobufOrderTemplate::Part part;
    part.in_order = *in_order;
    part.field = static_cast<std::uint32_t>(option(env_, from, "field"));
    part.kind = static_cast<PartKind>(static_cast<int>(option(env_, from, "kind")));
    part.placeholder = static_cast<std::uint8_t>(option(env_, from, "placeholder"));
    part.otherwise = view_of(*otherwise);
    parts.push_back(std::move(part));
  }
  if (!order_encoder_.protobuf_order().set(std::string(view_of(*head)), std::string(view_of(*tail)),
                                           std::move(parts)))
    return throw_with_code(env_, kValue, "setProtobufOrderTemplate: a part does not fit its placeholder");
  return nullptr;
}

napi_value SessionObject::set_cancel_template(std::span<const napi_value> arguments) {
  const auto before = bytes_of(env_, arguments[0]);
  const auto behind = bytes_of(env_, arguments[1]);
  const auto protobuf = flag_of(env_, arguments[2]);
  if (!before || !behind || !protobuf)
    return throw_with_code(env_, kType, "setCancelTemplate: expected (Uint8Array, Uint8Array, boolean)");
  order_encoder_.cancel_template().set(std::string(view_of(*before)), std::string(view_of(*behind)),
                                       *protobuf);
  return nullptr;
}

napi_value SessionObject::place_order(std::span<const napi_value>) {
  if (loop_session_ == nullptr || !order_sheet_) return sent(Sent::TakeGeneralPath);
  order_sheet_->read();
  const auto payload = order_encoder_.place(order_sheet_->id(), order_sheet_->fields());
  if (!payload) return sent(Sent::TakeGeneralPath);
  const double encoded_micros = monotonic_micros();
  // Only where somebody reads it.
  std::optional<IntentValues> intent;
  if (gate_ != nullptr) intent = IntentValues::of(order_sheet_->fields());
  const OutgoingOrder order{.id = order_sheet_->id(),
                            .payload = *payload,
                            .quantity = order_sheet_->fields().total_quantity.value_or(std::nan("")),
                            .limit_price = order_sheet_->fields().limit_price.value_or(std::nan("")),
                            .intent = intent ? &*intent : nullptr,
                            .encoded_micros = encoded_micros};
  double written_micros = 0;
  const Sent result = loop_session_->send_order(order, written_micros);
  order_sheet_->stamp(order.encoded_micros, written_micros);
  return sent(result);
}

napi_value SessionObject::cancel_order(std::span<const napi_value> arguments) {
  std::int32_t id = 0;
  if (loop_session_ == nullptr || arguments[0] == nullptr ||
      napi_get_value_int32(env_, arguments[0], &id) != napi_ok)
    return sent(Sent::TakeGeneralPath);
  const auto payload = order_encoder_.cancel(id);
  return sent(payload ? loop_session_->send(*payload) : Sent::TakeGeneralPath);
}

napi_value SessionObject::close(std::span<const napi_value>) {
  if (loop_session_ != nullptr) loop_session_->close();
  return nullptr;
}

napi_value SessionObject::take_spill(std::span<const napi_value>) {
  if (loop_session_ == nullptr) return nullptr;
  const auto bytes = loop_session_->connection().stream().channel().spill().pop();
  napi_value out = nullptr;
  if (!bytes || napi_create_buffer_copy(env_, bytes->size(), bytes->data(), nullptr, &out) != napi_ok)
    return nullptr;
  return out;
}

napi_value SessionObject::set_raw(std::span<const napi_value> arguments) {
  const auto on = flag_of(env_, arguments[0]);
  if (!on) return throw_with_code(env_, kType, "setRaw: expected a boolean");
  if (loop_session_ != nullptr) loop_session_->connection().stream().set_raw(*on);
  return nullptr;
}

napi_value SessionObject::drained(std::span<const napi_value>) {
  if (loop_session_ != nullptr) loop_session_->drained();
  return nullptr;
}

napi_value SessionObject::stats(std::span<const napi_value>) {
  return loop_session_ == nullptr ? nullptr : stats_of(env_, *loop_session_);
}

}  // namespace ibkr::addon
