// What is done to the records of subscriptions, and where the newest of them are.
#include "layout_table.hpp"
#include "ring/tape_layout.hpp"
#include "stream/board_layout.hpp"
#include "stream/treatment.hpp"

namespace ibkr::addon {

namespace {
constexpr LayoutEntry kEntries[] = {
    // The counters of a treatment, in words of eight bytes
    {"COUNTERS_BYTES", kCountersBytes},
    {"COUNTER_RECEIVED", offsetof(TreatmentCounters, received) / 8},
    {"COUNTER_DELIVERED", offsetof(TreatmentCounters, delivered) / 8},
    {"COUNTER_CONFLATED", offsetof(TreatmentCounters, conflated) / 8},
    {"COUNTER_DROPPED", offsetof(TreatmentCounters, dropped) / 8},
    {"COUNTER_FILTERED", offsetof(TreatmentCounters, filtered) / 8},
    {"COUNTER_MALFORMED", offsetof(TreatmentCounters, malformed) / 8},
    {"COUNTER_GONE", offsetof(TreatmentCounters, gone) / 8},
    {"FILTER_REASONS", kFilterReasons},
    {"OUTLIER_BY_NONE", as_number(OutlierBy::None)},
    {"OUTLIER_BY_PRICE", as_number(OutlierBy::Price)},
    {"OUTLIER_BY_PERCENT", as_number(OutlierBy::Percent)},
    // A tape
    {"TAPE_VERSION", kTapeVersion},
    {"TAPE_INTENT", kTapeIntentOffset},
    {"TAPE_HEAD", kTapeHeadOffset},
    {"TAPE_SLOTS", kTapeSlotsOffset},
    {"TAPE_MARK_BYTES", kTapeMarkBytes},
    {"TAPE_MARK_SHIFT", kTapeMarkShift},
    {"MIN_TAPE_SLOTS", kMinTapeSlots},
    {"MAX_TAPE_SLOTS", kMaxTapeSlots},
    {"MAX_TAPE_RECORD_SLOTS", kMaxTapeRecordSlots},
    // The quote board
    {"BOARD_VERSION", kBoardVersion},
    {"BOARD_SLOT_BYTES", kBoardSlotBytes},
    {"BOARD_SEQUENCE", offsetof(BoardSlot, sequence)},
    {"BOARD_REQUEST_ID", offsetof(BoardSlot, request_id)},
    {"BOARD_PAUSE", offsetof(BoardSlot, pause)},
    {"BOARD_VALUES_AT", offsetof(BoardSlot, values)},
    {"BOARD_VALUES", kBoardValues},
    {"MAX_BOARD_SLOTS", kMaxBoardSlots},
    // Where each value of a quote lies among those of its slot
    {"BOARD_BID", as_number(BoardValue::Bid)},
    {"BOARD_ASK", as_number(BoardValue::Ask)},
    {"BOARD_LAST", as_number(BoardValue::Last)},
    {"BOARD_BID_SIZE", as_number(BoardValue::BidSize)},
    {"BOARD_ASK_SIZE", as_number(BoardValue::AskSize)},
    {"BOARD_LAST_SIZE", as_number(BoardValue::LastSize)},
    {"BOARD_VOLUME", as_number(BoardValue::Volume)},
    {"BOARD_OPEN", as_number(BoardValue::Open)},
    {"BOARD_HIGH", as_number(BoardValue::High)},
    {"BOARD_LOW", as_number(BoardValue::Low)},
    {"BOARD_CLOSE", as_number(BoardValue::Close)},
    {"BOARD_MARK", as_number(BoardValue::Mark)},
    {"BOARD_VWAP", as_number(BoardValue::Vwap)},
    {"BOARD_LAST_TIME_MS", as_number(BoardValue::LastTimeMs)},
    {"BOARD_HALTED", as_number(BoardValue::Halted)},
    {"BOARD_DELAYED", as_number(BoardValue::Delayed)},
    {"BOARD_FROZEN", as_number(BoardValue::Frozen)},
    {"BOARD_AUCTION_PRICE", as_number(BoardValue::AuctionPrice)},
    {"BOARD_AUCTION_VOLUME", as_number(BoardValue::AuctionVolume)},
    {"BOARD_AUCTION_IMBALANCE", as_number(BoardValue::AuctionImbalance)},
    {"BOARD_SHORTABLE", as_number(BoardValue::Shortable)},
    {"BOARD_SHORTABLE_SHARES", as_number(BoardValue::ShortableShares)},
    {"BOARD_CALL_OPEN_INTEREST", as_number(BoardValue::CallOpenInterest)},
    {"BOARD_PUT_OPEN_INTEREST", as_number(BoardValue::PutOpenInterest)},
    {"BOARD_HISTORICAL_VOLATILITY", as_number(BoardValue::HistoricalVolatility)},
    {"BOARD_IMPLIED_VOLATILITY", as_number(BoardValue::ImpliedVolatility)},
    {"BOARD_AVERAGE_VOLUME", as_number(BoardValue::AverageVolume)},
    {"BOARD_GREEK_IMPLIED_VOLATILITY", as_number(BoardValue::GreekImpliedVolatility)},
    {"BOARD_DELTA", as_number(BoardValue::Delta)},
    {"BOARD_GAMMA", as_number(BoardValue::Gamma)},
    {"BOARD_VEGA", as_number(BoardValue::Vega)},
    {"BOARD_THETA", as_number(BoardValue::Theta)},
    {"BOARD_OPTION_PRICE", as_number(BoardValue::OptionPrice)},
    {"BOARD_UNDERLYING_PRICE", as_number(BoardValue::UnderlyingPrice)},
    {"BOARD_PV_DIVIDEND", as_number(BoardValue::PvDividend)},
    {"BOARD_BID_IMPLIED_VOLATILITY", as_number(BoardValue::BidImpliedVolatility)},
    {"BOARD_ASK_IMPLIED_VOLATILITY", as_number(BoardValue::AskImpliedVolatility)},
    {"BOARD_LAST_IMPLIED_VOLATILITY", as_number(BoardValue::LastImpliedVolatility)},
    {"BOARD_BID_MICROS", as_number(BoardValue::BidMicros)},
    {"BOARD_ASK_MICROS", as_number(BoardValue::AskMicros)},
    {"BOARD_LAST_MICROS", as_number(BoardValue::LastMicros)},
    {"BOARD_UPDATED_MICROS", as_number(BoardValue::UpdatedMicros)},
};
}  // namespace

std::span<const LayoutEntry> stream_layout() { return kEntries; }

}  // namespace ibkr::addon
