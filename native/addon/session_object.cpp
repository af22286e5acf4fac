#include "session_object.hpp"

#include <string>

namespace ibkr::addon {

namespace {

void throw_with_code(Napi::Env env, const char* code, const std::string& message) {
  Napi::Error error = Napi::Error::New(env, message);
  error.Set("code", Napi::String::New(env, code));
  error.ThrowAsJavaScriptException();
}

std::string bytes_of(const Napi::Value& value) {
  const auto bytes = value.As<Napi::Uint8Array>();
  return {reinterpret_cast<const char*>(bytes.Data()), bytes.ByteLength()};
}

Napi::Value sent(Napi::Env env, Sent result) { return Napi::Number::New(env, static_cast<double>(result)); }

double number(const Napi::Object& options, const char* name) {
  return options.Get(name).ToNumber().DoubleValue();
}

}  // namespace

Napi::Function SessionObject::define(Napi::Env env) {
  return DefineClass(
      env, "Session",
      {
          InstanceMethod<&SessionObject::connect>("connect"),
          InstanceMethod<&SessionObject::send_text>("sendText"),
          InstanceMethod<&SessionObject::send_bytes>("sendBytes"),
          InstanceMethod<&SessionObject::set_order_template>("setOrderTemplate"),
          InstanceMethod<&SessionObject::set_protobuf_order_template>("setProtobufOrderTemplate"),
          InstanceMethod<&SessionObject::set_cancel_template>("setCancelTemplate"),
          InstanceMethod<&SessionObject::cancel_order>("cancelOrder"),
          InstanceMethod<&SessionObject::close>("close"),
          InstanceMethod<&SessionObject::take_spill>("takeSpill"),
          InstanceMethod<&SessionObject::set_raw>("setRaw"),
          InstanceMethod<&SessionObject::stats>("stats"),
      });
}

SessionObject::SessionObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<SessionObject>(info) {
  const Napi::Env env = info.Env();
  // src/native/session.ts validates what users say; this only guards memory.
  if (info.Length() != 3 || !info[0].IsObject() || !info[1].IsTypedArray() || !info[2].IsFunction()) {
    throw_with_code(env, "ERR_INVALID_ARG_TYPE", "Session: expected (options, Uint8Array, function)");
    return;
  }
  const auto options = info[0].As<Napi::Object>();
  auto memory = info[1].As<Napi::Uint8Array>();
  const double wanted = number(options, "capacity");
  const auto capacity = wanted >= 0 && wanted <= (1u << 24) ? static_cast<std::uint32_t>(wanted) : 0;
  auto* block = reinterpret_cast<std::byte*>(memory.Data());
  if (!Ring::valid_capacity(capacity) || memory.ByteLength() < Ring::bytes_for(capacity) ||
      reinterpret_cast<std::uintptr_t>(block) % kRingAlignment != 0) {
    throw_with_code(env, "ERR_INVALID_ARG_VALUE", "Session: the ring's memory does not fit its capacity");
    return;
  }
  LoopOptions loop_options;
  loop_options.mode = static_cast<ReadMode>(static_cast<int>(number(options, "mode")));
  loop_options.policy = static_cast<FullPolicy>(static_cast<int>(number(options, "policy")));
  loop_options.stall_micros = static_cast<std::int64_t>(number(options, "stallMicros"));
  loop_options.socket.receive_buffer = static_cast<int>(number(options, "receiveBuffer"));
  loop_options.socket.send_buffer = static_cast<int>(number(options, "sendBuffer"));

  uv_loop_t* loop = nullptr;
  if (napi_get_uv_event_loop(env, &loop) != napi_ok) {
    throw_with_code(env, "ERR_NO_EVENT_LOOP", "Session: this environment has no libuv event loop");
    return;
  }
  pump_ = Napi::Persistent(info[2].As<Napi::Function>());
  ring_memory_ = Napi::Reference<Napi::Uint8Array>::New(memory, 1);
  context_ = std::make_unique<Napi::AsyncContext>(env, "ibkr-native.Session");
  Ring ring(block, capacity);
  ring.reset();
  loop_session_ = std::make_shared<LoopSession>(
      loop, loop_options, ring, [this] { call_pump(); }, [this] { finished(); });
  loop_session_->start();
  napi_add_async_cleanup_hook(env, &SessionObject::on_environment_exit, this, &hook_);
  napi_value place = nullptr;
  napi_create_function(env, "placeOrder", NAPI_AUTO_LENGTH, &SessionObject::place_order, this, &place);
  info.This().As<Napi::Object>().Set("placeOrder", Napi::Value(env, place));
  Ref();  // until finished(): handles and thread use this object
}

SessionObject::~SessionObject() = default;

// A worker is being terminated or the process ends: no more JavaScript. The handles must close before the
// environment's loop goes; finished() lets it go on.
void SessionObject::on_environment_exit(napi_async_cleanup_hook_handle, void* data) {
  auto* self = static_cast<SessionObject*>(data);
  if (self->loop_session_ != nullptr) self->loop_session_->close();
}

void SessionObject::finished() {
  loop_session_ = nullptr;
  if (hook_ != nullptr) napi_remove_async_cleanup_hook(hook_);
  hook_ = nullptr;
  Unref();
}

// Raw N-API here: while a worker is being terminated every call into JavaScript fails, and that is no error.
void SessionObject::call_pump() {
  const napi_env env = Env();
  napi_handle_scope scope = nullptr;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return;
  napi_value pump = nullptr;
  napi_value receiver = nullptr;
  if (napi_get_reference_value(env, pump_, &pump) == napi_ok && pump != nullptr &&
      napi_get_global(env, &receiver) == napi_ok) {
    const napi_status status = napi_make_callback(env, *context_, receiver, pump, 0, nullptr, nullptr);
    bool pending = false;
    napi_value error = nullptr;
    // The pump reports what listeners throw; what comes here is its own failure, and must not be lost.
    if (status == napi_pending_exception && napi_is_exception_pending(env, &pending) == napi_ok && pending &&
        napi_get_and_clear_last_exception(env, &error) == napi_ok) {
      napi_fatal_exception(env, error);
    }
  }
  napi_close_handle_scope(env, scope);
}

Napi::Value SessionObject::connect(const Napi::CallbackInfo& info) {
  if (loop_session_ == nullptr) return info.Env().Undefined();
  loop_session_->connect(
      info[0].ToString().Utf8Value(), static_cast<std::uint16_t>(info[1].ToNumber().Uint32Value()),
      info[2].ToString().Utf8Value(), static_cast<std::uint64_t>(info[3].ToNumber().DoubleValue()),
      static_cast<std::uint64_t>(info[4].ToNumber().DoubleValue()));
  return info.Env().Undefined();
}

Napi::Value SessionObject::send_text(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (loop_session_ == nullptr) return sent(env, Sent::No);
  if (text_.size() < 4096) text_.resize(4096);
  std::size_t size = 0;
  if (napi_get_value_string_utf8(env, info[0], text_.data(), text_.size(), &size) != napi_ok) {
    throw_with_code(env, "ERR_INVALID_ARG_TYPE", "sendText: expected a string");
    return env.Undefined();
  }
  if (size + 4 >=
      text_.size()) {  // perhaps cut off: ask for the whole length (a character takes four bytes at most)
    napi_get_value_string_utf8(env, info[0], nullptr, 0, &size);
    text_.resize(size + 1);
    napi_get_value_string_utf8(env, info[0], text_.data(), text_.size(), &size);
  }
  return sent(env, loop_session_->send({text_.data(), size}));
}

Napi::Value SessionObject::send_bytes(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (loop_session_ == nullptr || !info[0].IsTypedArray()) return sent(env, Sent::No);
  const auto bytes = info[0].As<Napi::Uint8Array>();
  return sent(env, loop_session_->send({reinterpret_cast<const char*>(bytes.Data()), bytes.ByteLength()}));
}

Napi::Value SessionObject::set_order_template(const Napi::CallbackInfo& info) {
  const auto between = info[0].As<Napi::Array>();
  const auto placeholders = info[1].As<Napi::Array>();
  std::vector<std::string> pieces;
  std::vector<std::uint8_t> numbers;
  for (std::uint32_t i = 0; i < between.Length(); ++i)
    pieces.push_back(between.Get(i).ToString().Utf8Value());
  for (std::uint32_t i = 0; i < placeholders.Length(); ++i) {
    numbers.push_back(static_cast<std::uint8_t>(placeholders.Get(i).ToNumber().Uint32Value()));
  }
  if (!order_encoder_.text_order().set(std::move(pieces), std::move(numbers))) {
    throw_with_code(info.Env(), "ERR_INVALID_ARG_VALUE",
                    "setOrderTemplate: pieces and placeholders do not fit");
  }
  return info.Env().Undefined();
}

Napi::Value SessionObject::set_protobuf_order_template(const Napi::CallbackInfo& info) {
  const auto parts = info[2].As<Napi::Array>();
  std::vector<ProtobufOrderTemplate::Part> list;
  for (std::uint32_t i = 0; i < parts.Length(); ++i) {
    const auto from = parts.Get(i).As<Napi::Object>();
    ProtobufOrderTemplate::Part part;
    part.in_order = from.Get("inOrder").ToBoolean().Value();
    part.field = static_cast<std::uint32_t>(number(from, "field"));
    part.kind = static_cast<PartKind>(static_cast<int>(number(from, "kind")));
    part.placeholder = static_cast<std::uint8_t>(number(from, "placeholder"));
    part.otherwise = bytes_of(from.Get("otherwise"));
    list.push_back(std::move(part));
  }
  if (!order_encoder_.protobuf_order().set(bytes_of(info[0]), bytes_of(info[1]), std::move(list))) {
    throw_with_code(info.Env(), "ERR_INVALID_ARG_VALUE",
                    "setProtobufOrderTemplate: a part does not fit its placeholder");
  }
  return info.Env().Undefined();
}

Napi::Value SessionObject::set_cancel_template(const Napi::CallbackInfo& info) {
  order_encoder_.cancel_template().set(bytes_of(info[0]), bytes_of(info[1]), info[2].ToBoolean().Value());
  return info.Env().Undefined();
}

Napi::Value SessionObject::cancel_order(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (loop_session_ == nullptr) return sent(env, Sent::TakeGeneralPath);
  const auto payload = order_encoder_.cancel(info[0].ToNumber().Int32Value());
  return sent(env, payload ? loop_session_->send(*payload) : Sent::TakeGeneralPath);
}

// Raw N-API: the wrapper's CallbackInfo would take memory from the heap for so many arguments.
napi_value SessionObject::place_order(napi_env env, napi_callback_info info) {
  std::array<napi_value, kPlaceholders.size()> values{};
  std::size_t count = values.size();
  void* data = nullptr;
  Sent result = Sent::TakeGeneralPath;
  if (napi_get_cb_info(env, info, &count, values.data(), nullptr, &data) == napi_ok &&
      count == values.size()) {
    result = static_cast<SessionObject*>(data)->place_order(env, values);
  }
  napi_value out = nullptr;
  napi_create_int32(env, static_cast<std::int32_t>(result), &out);
  return out;
}

Sent SessionObject::place_order(napi_env env, std::span<const napi_value, kPlaceholders.size()> values) {
  if (loop_session_ == nullptr || !order_encoder_.ready() || !order_reader_.read(env, values))
    return Sent::TakeGeneralPath;
  const auto payload = order_encoder_.place(order_reader_.id(), order_reader_.fields());
  return payload ? loop_session_->send(*payload) : Sent::TakeGeneralPath;
}

Napi::Value SessionObject::close(const Napi::CallbackInfo& info) {
  if (loop_session_ != nullptr) loop_session_->close();
  return info.Env().Undefined();
}

Napi::Value SessionObject::take_spill(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (loop_session_ == nullptr) return env.Undefined();
  const auto bytes = loop_session_->connection().stream().channel().spill().pop();
  if (!bytes) return env.Undefined();
  return Napi::Buffer<std::uint8_t>::Copy(env, reinterpret_cast<const std::uint8_t*>(bytes->data()),
                                          bytes->size());
}

Napi::Value SessionObject::set_raw(const Napi::CallbackInfo& info) {
  if (loop_session_ != nullptr) loop_session_->connection().stream().set_raw(info[0].ToBoolean().Value());
  return info.Env().Undefined();
}

Napi::Value SessionObject::stats(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (loop_session_ == nullptr) return env.Undefined();
  Connection& connection = loop_session_->connection();
  const ReadCounters& counters = connection.stream().counters();
  const ChannelCounters& channel = connection.stream().channel().counters();
  Napi::Object out = Napi::Object::New(env);
  const auto set = [&](const char* name, double value) { out.Set(name, Napi::Number::New(env, value)); };
  const auto count = [&](const char* name, const std::atomic<std::uint64_t>& counter) {
    set(name, static_cast<double>(counter.load(std::memory_order_relaxed)));  // relaxed: statistics
  };
  count("bytesRead", counters.bytes_read);
  count("reads", counters.reads);
  count("frames", counters.frames);
  count("hot", counters.hot);
  count("cold", counters.cold);
  count("malformed", counters.malformed);
  count("trailing", counters.trailing);
  count("fullRingStops", counters.full_ring_stops);
  count("conflated", channel.conflated);
  count("dropped", channel.dropped);
  count("overflowed", channel.overflowed);
  set("lastReadMicros", counters.last_read_micros.load(std::memory_order_relaxed));  // relaxed: as above
  set("guardTakeovers", static_cast<double>(loop_session_->takeovers()));
  set("guardReads", static_cast<double>(loop_session_->guard_reads()));
  set("unsentBytes", static_cast<double>(connection.send_queue().unsent_bytes()));
  const EffectiveOptions effective = loop_session_->effective();
  set("receiveBuffer", effective.receive_buffer);
  set("sendBuffer", effective.send_buffer);
  out.Set("noDelay", Napi::Boolean::New(env, effective.no_delay));
  out.Set("keepAlive", Napi::Boolean::New(env, effective.keep_alive));
  out.Set("kernelStamps", Napi::Boolean::New(env, effective.kernel_stamps));
  return out;
}

}  // namespace ibkr::addon
