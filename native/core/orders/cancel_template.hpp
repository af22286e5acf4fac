// The CANCEL_ORDER frame of a plain cancel: everything around the order id is known when the connection is
// made.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "wire/protobuf_writer.hpp"

namespace ibkr {

class CancelTemplate {
 public:
  void set(std::string before, std::string behind, bool protobuf) {
    before_ = std::move(before);
    behind_ = std::move(behind);
    protobuf_ = protobuf;
  }
  bool ready() const { return !before_.empty(); }

  /// The payload; its memory is reused by the next call.
  std::string_view fill(std::int32_t order_id) {
    frame_.assign(before_);
    if (protobuf_) {
      ProtobufWriter(frame_).varint(static_cast<std::uint64_t>(static_cast<std::int64_t>(order_id)));
    } else {
      frame_.append(std::to_string(order_id));
    }
    return frame_.append(behind_);
  }

 private:
  std::string before_, behind_, frame_;
  bool protobuf_ = false;
};

}  // namespace ibkr
