// The addon's entry: everything it exports. State is per environment (the class), never global.
#include <node_api.h>

#include "file_lock_object.hpp"
#include "journal_object.hpp"
#include "layout.hpp"
#include "ring/ring.hpp"
#include "risk_object.hpp"
#include "risk_tables.hpp"
#include "session_object.hpp"
#include "values.hpp"

namespace {

// V8 aligns array buffers to 16 bytes; the ring wants its indices on lines of their own. Only here is the
// address known.
napi_value align_offset(napi_env env, napi_callback_info info) {
  napi_value memory = nullptr;
  std::size_t count = 1;
  if (napi_get_cb_info(env, info, &count, &memory, nullptr, nullptr) != napi_ok) return nullptr;
  const auto bytes = ibkr::addon::bytes_of(env, memory);
  if (!bytes)
    return ibkr::addon::throw_with_code(env, "ERR_INVALID_ARG_TYPE", "alignOffset: expected a Uint8Array");
  const auto address = reinterpret_cast<std::uintptr_t>(bytes->data());
  return ibkr::addon::number(env, static_cast<double>((0 - address) % ibkr::kRingAlignment));
}

napi_value init(napi_env env, napi_value exports) {
  using ibkr::addon::set;
  napi_value align = nullptr;
  if (napi_create_function(env, "alignOffset", NAPI_AUTO_LENGTH, &align_offset, nullptr, &align) == napi_ok)
    set(env, exports, "alignOffset", align);
  napi_value read = nullptr;
  if (napi_create_function(env, "readJournal", NAPI_AUTO_LENGTH, &ibkr::addon::read_journal, nullptr,
                           &read) == napi_ok)
    set(env, exports, "readJournal", read);
  set(env, exports, "FileLock", ibkr::addon::FileLockObject::define(env));
  set(env, exports, "Journal", ibkr::addon::JournalObject::define(env));
  set(env, exports, "RiskGate", ibkr::addon::RiskObject::define(env));
  set(env, exports, "Session", ibkr::addon::SessionObject::define(env));
  set(env, exports, "layout", ibkr::addon::layout(env));
  set(env, exports, "orderPlaceholders", ibkr::addon::order_placeholders(env));
  set(env, exports, "sheetKinds", ibkr::addon::sheet_kinds(env));
  set(env, exports, "denyCodes", ibkr::addon::deny_codes(env));
  set(env, exports, "riskLimits", ibkr::addon::risk_limits(env));
  set(env, exports, "riskScopeLimits", ibkr::addon::risk_scope_limits(env));
  set(env, exports, "riskNames", ibkr::addon::risk_names(env));
  return exports;
}

}  // namespace

NAPI_MODULE(ibkr_native, init)
