// The class JavaScript sees: the write-ahead journal of orders.
#pragma once

#include <node_api.h>

#include <array>
#include <memory>
#include <span>

#include "journal/journal.hpp"
#include "orders/journal_gate.hpp"

namespace ibkr::addon {

/// `new Journal(sheet)`; see src/native/journal.ts for the meaning of every argument.
///
/// Life: JavaScript's object owns this one through its finalizer, and this one holds the sheet's memory as
/// long. The journal itself is shared: whoever sends orders from another thread holds it, too, and finds it
/// closed once JavaScript has closed it.
class JournalObject {
 public:
  /// Tells our objects from those of other addons: a pointer is only taken out of an object that carries it.
  static constexpr napi_type_tag kTypeTag{0x6962'6b72'4a6f'7572, 0x3b61'8e52'c94d'7f10};
  static constexpr const char* kForeignThis = "Journal: called on something else";

  /// The constructor function, or nullptr in a dying environment.
  static napi_value define(napi_env env);
  JournalObject(const JournalObject&) = delete;
  JournalObject& operator=(const JournalObject&) = delete;
  ~JournalObject() { journal_->close(); }

  /// nullptr for what is no journal of ours; valid as long as JavaScript's object lives.
  static JournalObject* of(napi_env env, napi_value object);
  const std::shared_ptr<Journal>& journal() const { return journal_; }
  /// The gate before orders that writes it; nullptr before it is opened.
  const std::shared_ptr<JournalGate>& gate() const { return gate_; }
  /// What JavaScript has made in the sheet; empty: no record.
  std::span<std::byte> record() const;

 private:
  explicit JournalObject(napi_env env) : env_(env) {}

  static napi_value construct(napi_env env, napi_callback_info info);
  static void finalize(napi_env env, void* data, void* hint);

  napi_value open(std::span<const napi_value> arguments);
  napi_value append(std::span<const napi_value> arguments);
  napi_value reserve(std::span<const napi_value> arguments);
  napi_value stats(std::span<const napi_value> arguments);
  napi_value close(std::span<const napi_value> arguments);

  napi_env env_;
  napi_ref sheet_memory_ = nullptr;
  std::span<std::byte> sheet_;  // of sheet_memory_
  std::shared_ptr<Journal> journal_ = std::make_shared<Journal>();
  std::shared_ptr<JournalGate> gate_;
  bool opened_ = false;
};

/// `readJournal(folder, file, endpoint, clientId)`: all records, without opening the journal.
napi_value read_journal(napi_env env, napi_callback_info info);

}  // namespace ibkr::addon
