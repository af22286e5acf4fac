// A connection whose bytes JavaScript carries: over TLS, or by a caller's own way.
#include <cmath>

#include "session_object.hpp"
#include "values.hpp"

namespace ibkr::addon {

namespace {
constexpr const char* kType = "ERR_INVALID_ARG_TYPE";
}  // namespace

/// (versions, handshakeTimeoutMs): the stream is connected.
napi_value SessionObject::open_fed(std::span<const napi_value> arguments) {
  const auto versions = text_of(env_, arguments[0]);
  const auto handshake_timeout_ms = number_of(env_, arguments[1]);
  if (!versions || !handshake_timeout_ms)
    return throw_with_code(env_, kType, "open: expected (string, number)");
  if (loop_session_ != nullptr)
    loop_session_->open(*versions, static_cast<std::uint64_t>(*handshake_timeout_ms));
  return nullptr;
}

/// False: not all of it could be read yet, and the carrier will be called without bytes when it has been.
napi_value SessionObject::feed(std::span<const napi_value> arguments) {
  const auto bytes = bytes_of(env_, arguments[0]);
  if (!bytes) return throw_with_code(env_, kType, "feed: expected a Uint8Array");
  const std::string_view view{reinterpret_cast<const char*>(bytes->data()), bytes->size()};
  const bool is_read = loop_session_ == nullptr || loop_session_->feed(view);
  napi_value out = nullptr;
  return napi_get_boolean(env_, is_read, &out) == napi_ok ? out : nullptr;
}

napi_value SessionObject::feed_end(std::span<const napi_value> arguments) {
  const auto error = number_of(env_, arguments[0]);
  if (!error || !std::isfinite(*error)) return throw_with_code(env_, kType, "feedEnd: expected a number");
  if (loop_session_ != nullptr) loop_session_->feed_end(static_cast<int>(*error));
  return nullptr;
}

/// True: nothing waits any more.
napi_value SessionObject::delivered(std::span<const napi_value>) {
  const bool is_all = loop_session_ == nullptr || loop_session_->delivered();
  napi_value out = nullptr;
  return napi_get_boolean(env_, is_all, &out) == napi_ok ? out : nullptr;
}

/// On the stack of a call of JavaScript's: nothing is sent from elsewhere. What the carrier throws is a
/// stream that cannot write.
FedStream::Carried SessionObject::carry(std::span<const char> bytes) {
  const napi_env env = env_;
  napi_handle_scope scope = nullptr;
  if (carrier_ == nullptr || napi_open_handle_scope(env, &scope) != napi_ok)
    return FedStream::Carried::Failed;
  napi_value carrier = nullptr;
  napi_value receiver = nullptr;
  napi_value buffer = nullptr;
  napi_value answer = nullptr;
  std::optional<double> carried;
  // A copy: it may be with the system long after this call.
  if (napi_get_reference_value(env, carrier_, &carrier) == napi_ok && carrier != nullptr &&
      napi_get_global(env, &receiver) == napi_ok &&
      napi_create_buffer_copy(env, bytes.size(), bytes.data(), nullptr, &buffer) == napi_ok) {
    if (napi_call_function(env, receiver, carrier, 1, &buffer, &answer) == napi_ok)
      carried = number_of(env, answer);
    bool pending = false;
    napi_value error = nullptr;
    if (napi_is_exception_pending(env, &pending) == napi_ok && pending)
      static_cast<void>(napi_get_and_clear_last_exception(env, &error));
  }
  static_cast<void>(napi_close_handle_scope(env, scope));
  if (carried == static_cast<double>(FedStream::Carried::Written)) return FedStream::Carried::Written;
  if (carried == static_cast<double>(FedStream::Carried::Pending)) return FedStream::Carried::Pending;
  return FedStream::Carried::Failed;
}

void SessionObject::wants_more() { enter_javascript(carrier_); }

}  // namespace ibkr::addon
