#include "orders/order_intent.hpp"

#include <limits>

namespace ibkr {

namespace {
template <typename Number>
double number_of(const std::optional<Number>& value) {
  return value ? static_cast<double>(*value) : std::numeric_limits<double>::quiet_NaN();
}
}  // namespace

IntentValues IntentValues::of(const OrderFields& fields) {
  constexpr double unset = std::numeric_limits<double>::quiet_NaN();
  IntentValues out;
  // In the order of IntentNumbers.
  out.numbers = {number_of(fields.con_id),
                 number_of(fields.strike),
                 number_of(fields.multiplier),
                 number_of(fields.total_quantity),
                 number_of(fields.limit_price),
                 number_of(fields.aux_price),
                 number_of(fields.parent_id),
                 number_of(fields.cash_quantity),
                 unset,
                 unset};
  // In the order of IntentText.
  out.texts = {fields.order_ref,       fields.account,       fields.symbol,        fields.sec_type,
               fields.last_trade_date, fields.right,         fields.exchange,      fields.primary_exchange,
               fields.currency,        fields.local_symbol,  fields.trading_class, fields.action,
               fields.order_type,      fields.time_in_force, fields.oca_group,     fields.good_after_time,
               fields.good_till_date};
  if (fields.transmit == false) out.flags |= kJournalHeld;
  if (fields.outside_rth == true) out.flags |= kJournalOutsideRth;
  if (fields.hidden == true) out.flags |= kJournalHidden;
  return out;
}

KeptIntent::KeptIntent(const IntentValues& values) : values_(values) {
  std::size_t size = 0;
  for (const std::string_view text : values.texts) size += text.size();
  memory_.reserve(size);
  for (std::string_view& text : values_.texts) {
    const std::size_t at = memory_.size();
    memory_.append(text);
    text = std::string_view(memory_).substr(at);
  }
}

}  // namespace ibkr
