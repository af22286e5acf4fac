// Errors in every form that error messages have.
#include "market/gateway_error.hpp"

#include <string>

#include "check.hpp"

namespace {

using namespace ibkr;

GatewayError read(std::int32_t server_version, const std::string& payload) {
  return read_gateway_error(server_version, read_frame_head(server_version, payload), payload);
}

TEST("text, with the message's version and without") {
  using namespace std::string_literals;
  const GatewayError old = read(193,
                                "4\0"
                                "2\0"
                                "17\0"
                                "317\0"
                                "reset\0\0"s);
  CHECK_EQ(old.req_id, 17);
  CHECK_EQ(old.code, kBookReset);
  const GatewayError newer = read(194,
                                  "4\0"
                                  "17\0"
                                  "317\0"
                                  "reset\0\0"
                                  "1700000000000\0"s);
  CHECK_EQ(newer.req_id, 17);
  CHECK_EQ(newer.code, kBookReset);
  const GatewayError raw_id = read(201,
                                   "\0\0\0\4"
                                   "17\0"
                                   "317\0"
                                   "reset\0"s);
  CHECK_EQ(raw_id.req_id, 17);
  CHECK_EQ(raw_id.code, kBookReset);
}

TEST("protobuf") {
  using namespace std::string_literals;
  // 1: 17, 2: a time, 3: 317, 4: "reset"
  const GatewayError error = read(213, "\0\0\0\xCC\x08\x11\x10\x80\x01\x18\xBD\x02\x22\x05reset"s);
  CHECK_EQ(error.req_id, 17);
  CHECK_EQ(error.code, kBookReset);
}

TEST("what cannot be read is no error about a book") {
  using namespace std::string_literals;
  CHECK_EQ(read(193,
                "4\0"
                "2\0"
                "17\0"s)
               .code,
           0);
  CHECK_EQ(read(193,
                "4\0"
                "2\0"
                "x\0"
                "317\0"
                "t\0"s)
               .code,
           0);
  CHECK_EQ(read(213, "\0\0\0\xCC\x08\x11\x18\xBD"s).code, 0);
}

}  // namespace
