// The gateway's errors about a book, which come as the messages of all errors.
#pragma once

#include <cstdint>
#include <string_view>

#include "market/decoder.hpp"

namespace ibkr {

inline constexpr std::int32_t kErrorMessage = 4;
/// "Market depth data has been RESET": the rows that come now are all there are.
inline constexpr std::int32_t kBookReset = 317;

struct BookError {
  std::int32_t req_id = 0;
  std::int32_t code = 0;  ///< 0 where the message cannot be read
};
/// `head` is that of the frame `payload`, which is an error message.
BookError read_book_error(std::int32_t server_version, const FrameHead& head, std::string_view payload);

}  // namespace ibkr
