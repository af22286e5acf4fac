#include "market/gateway_error.hpp"

#include "wire/protobuf_fields.hpp"
#include "wire/text_scanner.hpp"

namespace ibkr {

namespace {
/// From here on error messages in text begin with the id, before with the message's version.
constexpr std::int32_t kErrorTimeVersion = 194;
}  // namespace

GatewayError read_gateway_error(std::int32_t server_version, const FrameHead& head,
                                std::string_view payload) {
  const std::string_view body = payload.substr(head.body_at);
  GatewayError error;
  if (head.protobuf) {
    if (!read_message(body, field<1>(error.req_id), field<3>(error.code))) return {};
    return error;
  }
  TextScanner in(body);
  if (server_version < kErrorTimeVersion) in.integer();
  error.req_id = in.integer();
  error.code = in.integer();
  return in.ok() ? error : GatewayError{};
}

}  // namespace ibkr
