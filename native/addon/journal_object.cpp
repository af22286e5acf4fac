#include "journal_object.hpp"

#include <iterator>
#include <limits>

#include "journal/journal_record.hpp"
#include "object_class.hpp"
#include "values.hpp"

namespace ibkr::addon {

namespace {

constexpr const char* kType = "ERR_INVALID_ARG_TYPE";
constexpr const char* kValue = "ERR_INVALID_ARG_VALUE";

/// src/orders has checked them; this only guards memory. False where one is missing.
bool read_name(napi_env env, std::span<const napi_value> arguments, JournalName& out) {
  auto folder = text_of(env, arguments[0]);
  auto file = text_of(env, arguments[1]);
  auto endpoint = text_of(env, arguments[2]);
  const auto client_id = number_of(env, arguments[3]);
  if (!folder || !file || !endpoint || !client_id || endpoint->size() > kMaxEndpointBytes) return false;
  out = {std::move(*folder), std::move(*file), std::move(*endpoint), static_cast<std::int32_t>(*client_id)};
  return true;
}

napi_value bytes(napi_env env, std::span<const std::byte> from) {
  napi_value buffer = nullptr, out = nullptr;
  void* data = nullptr;
  if (napi_create_arraybuffer(env, from.size(), &data, &buffer) != napi_ok) return nullptr;
  if (!from.empty()) std::memcpy(data, from.data(), from.size());
  return napi_create_typedarray(env, napi_uint8_array, from.size(), buffer, 0, &out) == napi_ok ? out
                                                                                                : nullptr;
}

napi_value damage(napi_env env, std::span<const JournalDamage> from) {
  napi_value out = nullptr;
  if (napi_create_array_with_length(env, from.size(), &out) != napi_ok) return nullptr;
  for (std::uint32_t i = 0; i < from.size(); ++i) {
    napi_value element = nullptr;
    if (napi_create_object(env, &element) != napi_ok) return nullptr;
    set(env, element, "path", text(env, from[i].path));
    set(env, element, "tail", number(env, static_cast<double>(from[i].tail)));
    set(env, element, "offset", number(env, static_cast<double>(from[i].offset)));
    set(env, element, "lostBytes", number(env, static_cast<double>(from[i].lost_bytes)));
    if (napi_set_element(env, out, i, element) != napi_ok) return nullptr;
  }
  return out;
}

/// What src/native/load.ts calls AddonJournalFound.
napi_value found(napi_env env, const JournalProblem& problem, const JournalRecovery& recovery) {
  napi_value out = nullptr;
  if (napi_create_object(env, &out) != napi_ok) return nullptr;
  set(env, out, "fault", number(env, static_cast<double>(problem.fault)));
  set(env, out, "errno", number(env, problem.error));
  set(env, out, "processId", number(env, static_cast<double>(problem.process_id)));
  set(env, out, "path", text(env, problem.path));
  set(env, out, "detail", text(env, problem.detail));
  set(env, out, "files", number(env, static_cast<double>(recovery.files)));
  set(env, out, "records", number(env, static_cast<double>(recovery.records)));
  set(env, out, "working", number(env, static_cast<double>(recovery.working)));
  set(env, out, "highWater", number(env, recovery.high_water));
  set(env, out, "lastArmId", number(env, recovery.last_arm_id));
  set(env, out, "damage", damage(env, recovery.damage));
  set(env, out, "bytes", bytes(env, recovery.taken));
  return out;
}

}  // namespace

napi_value JournalObject::define(napi_env env) {
  using Self = JournalObject;
  const napi_property_descriptor methods[] = {
      method_entry("open", object_method<Self, &Self::open, 9>),
      method_entry("append", object_method<Self, &Self::append, 0>),
      method_entry("reserve", object_method<Self, &Self::reserve, 1>),
      method_entry("stats", object_method<Self, &Self::stats, 0>),
      method_entry("close", object_method<Self, &Self::close, 0>),
  };
  napi_value constructor = nullptr;
  const napi_status status = napi_define_class(env, "Journal", NAPI_AUTO_LENGTH, &Self::construct, nullptr,
                                               std::size(methods), methods, &constructor);
  return status == napi_ok ? constructor : nullptr;
}

napi_value JournalObject::construct(napi_env env, napi_callback_info info) {
  napi_value memory = nullptr, self = nullptr, target = nullptr;
  std::size_t count = 1;
  if (napi_get_cb_info(env, info, &count, &memory, &self, nullptr) != napi_ok) return nullptr;
  if (napi_get_new_target(env, info, &target) != napi_ok || target == nullptr)
    return throw_with_code(env, kType, "Journal: a constructor, to be called with new");
  const auto sheet = bytes_of(env, memory);
  if (!sheet || sheet->size() < kMaxJournalRecordBytes)
    return throw_with_code(env, kType, "Journal: expected a Uint8Array that the longest record fits in");
  std::unique_ptr<JournalObject> object(new JournalObject(env));
  object->sheet_ = *sheet;
  if (napi_create_reference(env, memory, 1, &object->sheet_memory_) != napi_ok ||
      napi_wrap(env, self, object.get(), &JournalObject::finalize, nullptr, nullptr) != napi_ok)
    return throw_with_code(env, kValue, "Journal: the object cannot be wrapped");
  static_cast<void>(object.release());  // the finalizer's now
  return napi_type_tag_object(env, self, &kTypeTag) == napi_ok ? self : nullptr;
}

void JournalObject::finalize(napi_env env, void* data, void*) {
  const std::unique_ptr<JournalObject> gone(static_cast<JournalObject*>(data));
  // A failure means that the environment is dying, and takes the reference along.
  static_cast<void>(napi_delete_reference(env, gone->sheet_memory_));
}

napi_value JournalObject::open(std::span<const napi_value> arguments) {
  JournalOptions options;
  double numbers[5] = {};
  bool whole = read_name(env_, arguments, options.name);
  for (std::size_t i = 0; i < std::size(numbers); ++i) {
    const auto value = number_of(env_, arguments[4 + i]);
    numbers[i] = value.value_or(0);
    whole = whole && value && *value >= 0 && *value <= 9e15;
  }
  if (!whole) return throw_with_code(env_, kType, "Journal.open: expected three texts and six numbers");
  if (opened_) return throw_with_code(env_, kValue, "Journal.open: a journal is opened once");
  options.sync = static_cast<JournalSync>(static_cast<int>(numbers[0]));
  options.interval_ms = numbers[1];
  options.rotate_bytes = static_cast<std::size_t>(numbers[2]);
  options.keep_files = static_cast<std::uint32_t>(numbers[3]);
  options.keep_micros = numbers[4] * 1e3;
  JournalRecovery recovery;
  const JournalProblem problem = journal_->open(options, recovery);
  opened_ = !problem;
  if (opened_) gate_ = std::make_shared<JournalGate>(journal_, recovery.last_arm_id);
  return found(env_, problem, recovery);
}

// Once per record: the sheet's bytes go to the system from where JavaScript has written them.
napi_value JournalObject::append(std::span<const napi_value>) {
  napi_value out = nullptr;
  return napi_create_int32(env_, journal_->append(record()), &out) == napi_ok ? out : nullptr;
}

napi_value JournalObject::reserve(std::span<const napi_value> arguments) {
  const auto id = number_of(env_, arguments[0]);
  if (!id) return throw_with_code(env_, "ERR_INVALID_ARG_TYPE", "reserve: expected a number");
  int error = EBADF;
  if (gate_ != nullptr) error = gate_->reserve(static_cast<std::int32_t>(*id)) ? 0 : gate_->error();
  return number(env_, error);
}

std::span<std::byte> JournalObject::record() const {
  std::uint32_t size = 0;
  std::memcpy(&size, sheet_.data() + offsetof(JournalHead, bytes), sizeof size);
  return sheet_.first(size > kMaxJournalRecordBytes ? 0 : size);
}

JournalObject* JournalObject::of(napi_env env, napi_value object) {
  bool ours = false;
  void* data = nullptr;
  if (object == nullptr || napi_check_object_type_tag(env, object, &kTypeTag, &ours) != napi_ok || !ours ||
      napi_unwrap(env, object, &data) != napi_ok)
    return nullptr;
  return static_cast<JournalObject*>(data);
}

napi_value JournalObject::stats(std::span<const napi_value>) {
  napi_value out = nullptr;
  if (napi_create_object(env_, &out) != napi_ok) return nullptr;
  const JournalStats stats = journal_->stats();
  set(env_, out, "records", number(env_, static_cast<double>(stats.records)));
  set(env_, out, "bytes", number(env_, static_cast<double>(stats.bytes)));
  set(env_, out, "syncs", number(env_, static_cast<double>(stats.syncs)));
  set(env_, out, "rotations", number(env_, static_cast<double>(stats.rotations)));
  set(env_, out, "carryOvers", number(env_, static_cast<double>(stats.carry_overs)));
  set(env_, out, "failures", number(env_, static_cast<double>(stats.failures)));
  set(env_, out, "file", number(env_, stats.file));
  return out;
}

napi_value JournalObject::close(std::span<const napi_value>) { return number(env_, journal_->close()); }

napi_value read_journal(napi_env env, napi_callback_info info) {
  std::array<napi_value, 4> arguments{};
  std::size_t count = arguments.size();
  if (napi_get_cb_info(env, info, &count, arguments.data(), nullptr, nullptr) != napi_ok) return nullptr;
  JournalName name;
  if (!read_name(env, arguments, name))
    return throw_with_code(env, kType, "readJournal: expected three texts and a number");
  JournalRecovery recovery;
  const JournalProblem problem = ibkr::read_journal(name, recovery);
  return found(env, problem, recovery);
}

}  // namespace ibkr::addon
