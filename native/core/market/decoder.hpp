// From the payload of one frame to records in the channel.
#pragma once

#include <cstdint>
#include <string_view>

#include "ring/channel.hpp"
#include "wire/message_ids.hpp"

namespace ibkr {

/// What became of a frame.
enum class Decoded : std::uint8_t {
  Hot,        ///< a record was written
  Cold,       ///< not one of the hot messages: the control plane's
  Malformed,  ///< a hot message that cannot be read; nothing was written
  Trailing,   ///< a record was written, and bytes were left behind its last known field
};

/// Decodes a hot message of any server version (100 and above). `payload` is a frame without its length.
/// Text and protobuf bodies are told apart as the wire does: by server version and message id.
Decoded decode_frame(std::int32_t server_version, std::string_view payload, double received_micros,
                     Channel& channel);

// The two dialects, each in its own file. `body` begins behind the message id.
Decoded decode_text(MessageId id, std::int32_t server_version, std::string_view body, double received_micros,
                    Channel& channel);
Decoded decode_protobuf(MessageId id, std::string_view body, double received_micros, Channel& channel);

/// True for the messages of MessageId.
bool is_hot(std::int32_t id);

/// The message id of a frame and where its body begins; id 0 if the payload has none.
struct FrameHead {
  std::int32_t id;  ///< base id, without the protobuf offset
  bool protobuf;
  std::uint32_t body_at;
};
FrameHead read_frame_head(std::int32_t server_version, std::string_view payload);

}  // namespace ibkr
