// Market depth as the decoders write it.
#pragma once

#include <string_view>

#include "book/book_layout.hpp"
#include "support/feed_records.hpp"

namespace ibkr::test {

/// As the messages number them, with some that they have not.
enum class DepthOperation : std::int32_t { Insert = 0, Update = 1, Delete = 2, None = 3 };

inline std::int32_t depth_aux(std::int32_t operation, std::int32_t side, std::int32_t smart = 0) {
  return operation | side << kDepthSideShift | smart << kDepthSmartShift;
}

inline FeedRecord depth(DepthOperation operation, BookSide side, std::int32_t position, double price,
                        double size, double micros = 1) {
  FeedRecord record(RecordKind::MarketDepth, position,
                    depth_aux(static_cast<std::int32_t>(operation), static_cast<std::int32_t>(side)),
                    {price, size});
  record.head().received_micros = micros;
  return record;
}

/// `smart`: 0 the message does not say (server version below 146), 1 no, 2 yes.
inline FeedRecord depth_l2(DepthOperation operation, BookSide side, std::int32_t position, double price,
                           double size, std::string_view maker, std::int32_t smart = 1, double micros = 1) {
  FeedRecord record(RecordKind::MarketDepthL2, position,
                    depth_aux(static_cast<std::int32_t>(operation), static_cast<std::int32_t>(side), smart),
                    {price, size}, {maker});
  record.head().received_micros = micros;
  return record;
}

}  // namespace ibkr::test
