#include "file_lock_object.hpp"

#include <iterator>
#include <memory>

#include "object_class.hpp"
#include "values.hpp"

namespace ibkr::addon {

napi_value FileLockObject::define(napi_env env) {
  using Self = FileLockObject;
  const napi_property_descriptor methods[] = {
      method_entry("take", object_method<Self, &Self::take, 1>),
      method_entry("release", object_method<Self, &Self::release, 0>),
  };
  napi_value constructor = nullptr;
  const napi_status status = napi_define_class(env, "FileLock", NAPI_AUTO_LENGTH, &Self::construct, nullptr,
                                               std::size(methods), methods, &constructor);
  return status == napi_ok ? constructor : nullptr;
}

napi_value FileLockObject::construct(napi_env env, napi_callback_info info) {
  napi_value self = nullptr, target = nullptr;
  std::size_t count = 0;
  if (napi_get_cb_info(env, info, &count, nullptr, &self, nullptr) != napi_ok) return nullptr;
  if (napi_get_new_target(env, info, &target) != napi_ok || target == nullptr)
    return throw_with_code(env, "ERR_INVALID_ARG_TYPE", "FileLock: a constructor, to be called with new");
  std::unique_ptr<FileLockObject> object(new FileLockObject(env));
  if (napi_wrap(env, self, object.get(), &FileLockObject::finalize, nullptr, nullptr) != napi_ok)
    return throw_with_code(env, "ERR_INVALID_ARG_VALUE", "FileLock: the object cannot be wrapped");
  static_cast<void>(object.release());  // the finalizer's now
  return napi_type_tag_object(env, self, &kTypeTag) == napi_ok ? self : nullptr;
}

void FileLockObject::finalize(napi_env, void* data, void*) {
  const std::unique_ptr<FileLockObject> gone(static_cast<FileLockObject*>(data));
}

napi_value FileLockObject::take(std::span<const napi_value> arguments) {
  const auto path = text_of(env_, arguments[0]);
  if (!path) return throw_with_code(env_, "ERR_INVALID_ARG_TYPE", "FileLock.take: expected a path");
  const FileLock::Refusal refusal = lock_.take(*path);
  napi_value out = nullptr;
  if (napi_create_object(env_, &out) != napi_ok) return nullptr;
  set(env_, out, "errno", number(env_, refusal.error));
  set(env_, out, "processId", number(env_, static_cast<double>(refusal.process_id)));
  return out;
}

napi_value FileLockObject::release(std::span<const napi_value>) {
  lock_.release();
  return nullptr;
}

}  // namespace ibkr::addon
