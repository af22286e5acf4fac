// What JavaScript does with the desk of one connection: its board, its tape, the treatments of requests,
// their bars and books, and when it is told of all that.
#include "aggregate_value.hpp"
#include "session_object.hpp"
#include "treatment_value.hpp"
#include "values.hpp"

namespace ibkr::addon {

namespace {
constexpr double kMaxBatchMs = 60'000;
constexpr const char* kType = "ERR_INVALID_ARG_TYPE";
constexpr const char* kValue = "ERR_INVALID_ARG_VALUE";
}  // namespace

napi_value SessionObject::set_batching(std::span<const napi_value> arguments) {
  const auto batch_ms = number_of(env_, arguments[0]);
  const auto flush_ms = number_of(env_, arguments[1]);
  const auto fits = [](const auto& ms) { return ms && *ms >= 0 && *ms <= kMaxBatchMs; };
  if (!fits(batch_ms) || !fits(flush_ms))
    return throw_with_code(env_, kType, "setBatching: expected two numbers of milliseconds from 0 to 60000");
  if (loop_session_ != nullptr)
    loop_session_->set_batching(static_cast<std::uint64_t>(*batch_ms), static_cast<std::uint64_t>(*flush_ms));
  return nullptr;
}

napi_value SessionObject::open_desk(std::span<const napi_value> arguments) {
  const auto board = bytes_of(env_, arguments[0]);
  const auto counters = bytes_of(env_, arguments[1]);
  if (!board || !counters) return throw_with_code(env_, kType, "openDesk: expected (Uint8Array, Uint8Array)");
  const auto aligned = [](const auto& bytes, std::size_t to) {
    return reinterpret_cast<std::uintptr_t>(bytes->data()) % to == 0;
  };
  if (!aligned(board, alignof(double)) || !aligned(counters, alignof(std::uint64_t)))
    return throw_with_code(env_, kValue, "openDesk: the memory is not aligned to eight bytes");
  if (loop_session_ == nullptr || board_memory_ != nullptr) return nullptr;
  if (napi_create_reference(env_, arguments[0], 1, &board_memory_) != napi_ok ||
      napi_create_reference(env_, arguments[1], 1, &counter_memory_) != napi_ok)
    return nullptr;
  counters_ = *counters;
  loop_session_->connection().stream().desk().open(Board(*board));
  if (risk_ != nullptr) risk_->set_board(Board(*board));
  loop_session_->take_desk_commands();
  return nullptr;
}

napi_value SessionObject::set_tape(std::span<const napi_value> arguments) {
  const auto memory = bytes_of(env_, arguments[0]);
  const auto wanted = number_of(env_, arguments[1]);
  if (!memory || !wanted) return throw_with_code(env_, kType, "setTape: expected (Uint8Array, number)");
  const auto slots =
      *wanted >= 0 && *wanted <= kMaxTapeSlots ? static_cast<std::uint32_t>(*wanted) : std::uint32_t{0};
  if (!TapeMemory::valid_slots(slots) || memory->size() < tape_bytes(slots) ||
      reinterpret_cast<std::uintptr_t>(memory->data()) % alignof(std::uint64_t) != 0)
    return throw_with_code(env_, kValue, "setTape: the tape's memory does not fit its slots");
  if (loop_session_ == nullptr || tape_memory_ != nullptr) return nullptr;
  if (napi_create_reference(env_, arguments[0], 1, &tape_memory_) != napi_ok) return nullptr;
  loop_session_->connection().stream().desk().record_on(TapeMemory(memory->data(), slots));
  loop_session_->take_desk_commands();
  return nullptr;
}

napi_value SessionObject::treat(std::span<const napi_value> arguments) {
  const auto req_id = number_of(env_, arguments[0]);
  if (loop_session_ == nullptr) return nullptr;
  auto treatment = treatment_of(env_, arguments[1], counters_);
  if (!req_id || !treatment)
    return throw_with_code(env_, kType, "treat: expected (number, treatment), after openDesk()");
  if (treatment->aggregates && !lend(arguments[1], *treatment->aggregates)) return nullptr;
  loop_session_->connection().stream().desk().treat(static_cast<std::int32_t>(*req_id),
                                                    std::move(*treatment));
  loop_session_->take_desk_commands();
  return nullptr;
}

/// `value` has the memory of bars and book: it lives until they are no longer written.
bool SessionObject::lend(napi_value value, const AggregatePlan& plan) {
  std::erase_if(lent_, [this](const Lent& lent) {
    // acquire: pairs with ~Aggregates().
    if (!lent.let_go->load(std::memory_order_acquire)) return false;
    static_cast<void>(napi_delete_reference(env_, lent.reference));
    return true;
  });
  napi_ref reference = nullptr;
  if (napi_create_reference(env_, value, 1, &reference) != napi_ok) return false;
  lent_.push_back({plan.let_go, reference});
  return true;
}

napi_value SessionObject::order(std::span<const napi_value> arguments) {
  const auto req_id = number_of(env_, arguments[0]);
  const auto kind = number_of(env_, arguments[1]);
  const auto numbers = doubles_of(env_, arguments[2]);
  auto order = req_id && kind && numbers ? order_of(*kind, *numbers) : std::nullopt;
  if (!order) return throw_with_code(env_, kType, "order: expected (number, kind, Float64Array)");
  if (loop_session_ == nullptr) return nullptr;
  loop_session_->connection().stream().desk().order(static_cast<std::int32_t>(*req_id), std::move(*order));
  loop_session_->take_desk_commands();
  return nullptr;
}

napi_value SessionObject::forget(std::span<const napi_value> arguments) {
  const auto req_id = number_of(env_, arguments[0]);
  if (!req_id) return throw_with_code(env_, kType, "forget: expected a number");
  if (loop_session_ == nullptr) return nullptr;
  loop_session_->connection().stream().desk().forget(static_cast<std::int32_t>(*req_id));
  loop_session_->take_desk_commands();
  return nullptr;
}

}  // namespace ibkr::addon
