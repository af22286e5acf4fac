// The files of an order journal, byte by byte: little-endian, as every platform of ours has it. JavaScript
// gets these numbers from native/addon/layout_journal.cpp; docs/orders.md has them as tables.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace ibkr {

static_assert(std::endian::native == std::endian::little);

inline constexpr std::array<char, 8> kJournalMagic = {'I', 'B', 'K', 'R', 'J', 'R', 'N', 'L'};
inline constexpr std::uint32_t kJournalVersion = 1;
inline constexpr std::size_t kMaxEndpointBytes = 280;

enum class JournalFileKind : std::uint32_t {
  Segment = 1,  ///< what was appended
  Base = 2,     ///< what had to be kept of all segments with smaller numbers: it stands for them
};

/// How every file begins, whatever its version; twice, so that no single damage takes a file's records away.
struct JournalFileHead {
  std::array<char, 8> magic = kJournalMagic;
  std::uint32_t version = kJournalVersion;
  JournalFileKind kind = JournalFileKind::Segment;
  std::uint32_t number = 0;  ///< files of a journal are read in the order of their numbers
  std::int32_t client_id = 0;
  double created_micros = 0;  ///< since 1970
  std::uint32_t endpoint_bytes = 0;
  std::array<char, kMaxEndpointBytes> endpoint{};  ///< `HOST:PORT`, zeros behind it
  std::uint32_t checksum = 0;                      ///< CRC32C of the bytes before
};
static_assert(sizeof(JournalFileHead) == 320);
inline constexpr std::size_t kJournalRecordsOffset = 2 * sizeof(JournalFileHead);

/// Kinds of records. `numbers` and `texts` of each are listed below; what has neither says all in its head.
enum class JournalKind : std::uint16_t {
  SessionBegin = 1,
  SessionEnd,
  IdBlock,          ///< order ids below `high_water` may be in use
  Intent,           ///< before the order's bytes leave; with kJournalModify a change of the order
  Armed,            ///< an order that the core may fire; has an arm id, and no order id yet
  Fired,            ///< an armed order has taken its order id; before its bytes leave
  Disarmed,         ///< an armed order that was not fired, and will not be
  Sent,             ///< what is known of the bytes
  Acknowledged,     ///< the gateway knows it
  Status,           ///< the gateway's status
  Fill,             ///< an execution
  Commission,       ///< of an execution
  CancelRequested,  ///< before the cancel's bytes leave
  Unknown,          ///< nobody can know what became of it
  Done,             ///< filled, cancelled or rejected: nothing but late executions comes
  Denied,           ///< by the risk gate, or before it was sent: no byte left
  ReconcileBegin,
  ReconcileEnd,
};
inline constexpr std::uint16_t kLastJournalKind = static_cast<std::uint16_t>(JournalKind::ReconcileEnd);

/// Flags of a record.
enum JournalFlag : std::uint16_t {
  kJournalModify = 1,      ///< Intent, Denied: of a change; the order itself lives on
  kJournalHeld = 2,        ///< Intent, Armed: `transmit` is false
  kJournalOutsideRth = 4,  ///< Intent, Armed
  kJournalHidden = 8,      ///< Intent, Armed
};

/// How every record begins. Behind it: the numbers of its kind, its texts (two bytes of length and UTF-8
/// each), zeros up to a multiple of eight bytes.
struct JournalHead {
  std::uint32_t checksum = 0;  ///< CRC32C of all that follows, begun with the file's number and kind
  std::uint32_t bytes = 0;     ///< the whole record
  std::uint32_t sequence = 0;  ///< counts the records of a file, from 0
  JournalKind kind = JournalKind::SessionBegin;
  std::uint16_t flags = 0;
  std::int32_t order_id = 0;  ///< 0: none
  std::int32_t arm_id = 0;    ///< 0: none
  double time_micros = 0;     ///< since 1970, by the clock of who appends
  double perm_id = 0;         ///< 0: not known
};
static_assert(sizeof(JournalHead) == 40);
inline constexpr std::size_t kJournalAlignment = 8;
inline constexpr std::size_t kMaxJournalTextBytes = 1024;
inline constexpr std::size_t kMaxJournalRecordBytes = 32u << 10;

/// Numbers of each kind; NaN is "not set".
struct SessionBeginNumbers {
  double process_id, server_version, next_order_id;
};
struct IdBlockNumbers {
  double high_water;
};
struct IntentNumbers {  // of Armed, too
  double con_id, strike, multiplier, quantity, limit_price, aux_price, parent_id, cash_quantity,
      trigger_price, expires_ms;
};
struct FiredNumbers {
  double trigger_price, quote_price;
};
struct SentNumbers {
  double disposition;  ///< JournalDisposition
};
struct StatusNumbers {
  double filled, remaining, average_price, last_price, market_cap_price;
};
struct FillNumbers {
  double quantity, price, cumulative_quantity, average_price;
};
struct CommissionNumbers {
  double commission, realized_pnl, yield;
};
struct DoneNumbers {
  double gateway_code, filled, average_price;
};
struct DeniedNumbers {
  double gateway_code;
};
struct ReconcileEndNumbers {
  double open_orders, executions, unknown;
};

enum class JournalDisposition : std::uint8_t {
  Unsent = 0,   ///< no byte left
  Written = 1,  ///< every byte is with the system
  Unknown = 2,  ///< some may have left
};

/// Texts of an intent, in this order; those of the other kinds are in kJournalForms.
enum class IntentText : std::uint8_t {
  OrderRef,
  Account,
  Symbol,
  SecType,
  LastTradeDate,
  Right,
  Exchange,
  PrimaryExchange,
  Currency,
  LocalSymbol,
  TradingClass,
  Action,
  OrderType,
  TimeInForce,
  OcaGroup,
  GoodAfterTime,
  GoodTillDate,
  QuantityText,  ///< where the quantity was given as a text, with digits that a double has not
  TriggerField,
  TriggerOperator,
  Count,
};

struct JournalForm {
  std::uint8_t numbers = 0;
  std::uint8_t texts = 0;
};
template <typename Numbers>
inline constexpr std::uint8_t kNumbersOf = sizeof(Numbers) / sizeof(double);

/// By kind; 0 is none.
inline constexpr std::array<JournalForm, kLastJournalKind + 1> kJournalForms = [] {
  std::array<JournalForm, kLastJournalKind + 1> out{};
  const auto form = [&out](JournalKind kind, std::uint8_t numbers, std::uint8_t texts) {
    out[static_cast<std::size_t>(kind)] = {numbers, texts};
  };
  constexpr auto intent_texts = static_cast<std::uint8_t>(IntentText::Count);
  form(JournalKind::SessionBegin, kNumbersOf<SessionBeginNumbers>, 1);  // program
  form(JournalKind::SessionEnd, 0, 1);                                  // reason
  form(JournalKind::IdBlock, kNumbersOf<IdBlockNumbers>, 0);
  form(JournalKind::Intent, kNumbersOf<IntentNumbers>, intent_texts);
  form(JournalKind::Armed, kNumbersOf<IntentNumbers>, intent_texts);
  form(JournalKind::Fired, kNumbersOf<FiredNumbers>, 0);
  form(JournalKind::Disarmed, 0, 1);  // reason
  form(JournalKind::Sent, kNumbersOf<SentNumbers>, 0);
  form(JournalKind::Status, kNumbersOf<StatusNumbers>, 2);          // status, why held
  form(JournalKind::Fill, kNumbersOf<FillNumbers>, 5);              // exec id, side, exchange, time, account
  form(JournalKind::Commission, kNumbersOf<CommissionNumbers>, 2);  // exec id, currency
  form(JournalKind::Unknown, 0, 1);                                 // reason
  form(JournalKind::Done, kNumbersOf<DoneNumbers>, 2);              // status, reason
  form(JournalKind::Denied, kNumbersOf<DeniedNumbers>, 2);          // code, reason
  form(JournalKind::ReconcileEnd, kNumbersOf<ReconcileEndNumbers>, 0);
  return out;
}();

/// After such a record nothing but late executions comes for the order (Disarmed: for the armed one).
constexpr bool ends_order(JournalKind kind, std::uint16_t flags) {
  return kind == JournalKind::Done || (kind == JournalKind::Denied && (flags & kJournalModify) == 0);
}

}  // namespace ibkr
