// The class JavaScript sees: a file that one process at a time has.
#pragma once

#include <node_api.h>

#include <span>

#include "system/file_lock.hpp"

namespace ibkr::addon {

/// `new FileLock()`: see src/native/load.ts. Held until release(), or until JavaScript's object is gone.
class FileLockObject {
 public:
  static constexpr napi_type_tag kTypeTag{0x6962'6b72'4c6f'636b, 0x5d20'9e83'c1f7'4ab6};
  static constexpr const char* kForeignThis = "FileLock: called on something else";

  /// The constructor function, or nullptr in a dying environment.
  static napi_value define(napi_env env);
  FileLockObject(const FileLockObject&) = delete;
  FileLockObject& operator=(const FileLockObject&) = delete;

 private:
  explicit FileLockObject(napi_env env) : env_(env) {}

  static napi_value construct(napi_env env, napi_callback_info info);
  static void finalize(napi_env env, void* data, void* hint);

  napi_value take(std::span<const napi_value> arguments);
  napi_value release(std::span<const napi_value> arguments);

  napi_env env_;
  FileLock lock_;
};

}  // namespace ibkr::addon
