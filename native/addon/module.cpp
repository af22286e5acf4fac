// The addon's entry: everything it exports. State is per environment (the class), never global.
#include <napi.h>

#include "layout.hpp"
#include "ring/ring.hpp"
#include "session_object.hpp"

namespace {

// V8 aligns array buffers to 16 bytes; the ring wants its indices on lines of their own. Only here is the
// address known.
Napi::Value align_offset(const Napi::CallbackInfo& info) {
  if (info.Length() != 1 || !info[0].IsTypedArray()) {
    Napi::TypeError::New(info.Env(), "alignOffset: expected a Uint8Array").ThrowAsJavaScriptException();
    return info.Env().Undefined();
  }
  const auto address = reinterpret_cast<std::uintptr_t>(info[0].As<Napi::Uint8Array>().Data());
  return Napi::Number::New(info.Env(), static_cast<double>((0 - address) % ibkr::kRingAlignment));
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("Session", ibkr::addon::SessionObject::define(env));
  exports.Set("alignOffset", Napi::Function::New<align_offset>(env, "alignOffset"));
  exports.Set("layout", ibkr::addon::layout(env));
  exports.Set("orderPlaceholders", ibkr::addon::order_placeholders(env));
  return exports;
}

}  // namespace

NODE_API_MODULE(ibkr_native, init)
