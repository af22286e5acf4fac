// The risk gate of one connection, and whether it only reads.
#include "risk_object.hpp"
#include "session_object.hpp"
#include "values.hpp"

namespace ibkr::addon {

/// Once, before connect().
napi_value SessionObject::set_risk(std::span<const napi_value> arguments) {
  RiskObject* const risk = RiskObject::of(env_, arguments[0]);
  if (risk == nullptr) return throw_with_code(env_, "ERR_INVALID_ARG_TYPE", "setRisk: expected a risk gate");
  if (loop_session_ == nullptr || risk_ != nullptr) return nullptr;
  risk_ = risk->gate();
  loop_session_->set_risk(risk_.get());
  return nullptr;
}

/// Once, before connect().
napi_value SessionObject::set_read_only(std::span<const napi_value>) {
  if (loop_session_ != nullptr) loop_session_->connection().send_queue().read_only();
  return nullptr;
}

}  // namespace ibkr::addon
