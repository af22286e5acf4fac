// The class JavaScript sees: one connection to a gateway.
#pragma once

#include <napi.h>

#include <memory>

#include "loop_session.hpp"
#include "order_reader.hpp"
#include "orders/order_encoder.hpp"

namespace ibkr::addon {

/// `new Session(options, ring, pump)`; see src/native/session.ts for the meaning of every argument.
class SessionObject : public Napi::ObjectWrap<SessionObject> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit SessionObject(const Napi::CallbackInfo& info);
  ~SessionObject() override;

 private:
  Napi::Value connect(const Napi::CallbackInfo& info);
  Napi::Value send_text(const Napi::CallbackInfo& info);
  Napi::Value send_bytes(const Napi::CallbackInfo& info);
  Napi::Value set_order_template(const Napi::CallbackInfo& info);
  Napi::Value set_protobuf_order_template(const Napi::CallbackInfo& info);
  Napi::Value set_cancel_template(const Napi::CallbackInfo& info);
  Napi::Value cancel_order(const Napi::CallbackInfo& info);
  static napi_value place_order(napi_env env, napi_callback_info info);
  Sent place_order(napi_env env, std::span<const napi_value, kPlaceholders.size()> values);
  Napi::Value close(const Napi::CallbackInfo& info);
  Napi::Value take_spill(const Napi::CallbackInfo& info);
  Napi::Value set_raw(const Napi::CallbackInfo& info);
  Napi::Value stats(const Napi::CallbackInfo& info);

  void call_pump();
  void finished();
  static void on_environment_exit(napi_async_cleanup_hook_handle handle, void* data);

  Napi::FunctionReference pump_;
  Napi::Reference<Napi::Uint8Array> ring_memory_;
  std::unique_ptr<Napi::AsyncContext> context_;
  std::shared_ptr<LoopSession> loop_session_;  // null once its handles are closed
  napi_async_cleanup_hook_handle hook_ = nullptr;
  OrderEncoder order_encoder_;
  OrderReader order_reader_;
  std::string text_;  // memory for outgoing text, reused
};

}  // namespace ibkr::addon
