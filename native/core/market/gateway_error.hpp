// What the core has to know of the gateway's errors: those about a book, and about its way to Interactive
// Brokers.
#pragma once

#include <cstdint>
#include <string_view>

#include "market/decoder.hpp"

namespace ibkr {

inline constexpr std::int32_t kErrorMessage = 4;
/// "Market depth data has been RESET": the rows that come now are all there are.
inline constexpr std::int32_t kBookReset = 317;
/// Connectivity between the gateway and Interactive Brokers: lost; restored, with data lost or kept.
inline constexpr std::int32_t kUpstreamLost = 1100;
inline constexpr std::int32_t kUpstreamRestored = 1101;
inline constexpr std::int32_t kUpstreamRestoredWithData = 1102;

struct GatewayError {
  std::int32_t req_id = 0;
  std::int32_t code = 0;  ///< 0 where the message cannot be read
};
/// `head` is that of the frame `payload`, which is an error message.
GatewayError read_gateway_error(std::int32_t server_version, const FrameHead& head, std::string_view payload);

}  // namespace ibkr
