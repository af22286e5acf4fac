// What the feed understands of a client: the handshake and four requests, in either dialect.
#pragma once

#include <cstdlib>
#include <string>
#include <string_view>

#include "wire.hpp"

namespace bench {

enum class RequestKind { kOther, kStartApi, kMarketData, kMarketDataType, kPlaceOrder };

struct Request {
  RequestKind kind = RequestKind::kOther;
  int id = 0;        ///< request or order id
  double limit = 0;  ///< limit price of an order
};

inline RequestKind kind_of(int message) {
  switch (message) {
    case 71:
      return RequestKind::kStartApi;
    case 1:
      return RequestKind::kMarketData;
    case 59:
      return RequestKind::kMarketDataType;
    case 3:
      return RequestKind::kPlaceOrder;
    default:
      return RequestKind::kOther;
  }
}

/// Field `index` of a text message (0 is the message id), empty when there is none.
inline std::string_view text_field(std::string_view body, int index) {
  for (; index > 0; --index) {
    size_t nul = body.find('\0');
    if (nul == std::string_view::npos) return {};
    body.remove_prefix(nul + 1);
  }
  return body.substr(0, body.find('\0'));
}

inline Request read_text_request(std::string_view body) {
  // Fields end in NUL inside the frame, so atoi and strtod stop there; the frame's own last byte is a NUL
  // too.
  Request r;
  r.kind = kind_of(atoi(body.data()));
  if (r.kind == RequestKind::kMarketData) r.id = atoi(text_field(body, 2).data());
  if (r.kind == RequestKind::kPlaceOrder) {
    constexpr int kLimitPrice = 19;  // from server version 145 on, where the version field is gone
    r.id = atoi(text_field(body, 1).data());
    std::string_view limit = text_field(body, kLimitPrice);
    r.limit = limit.empty() ? 0 : strtod(limit.data(), nullptr);
  }
  return r;
}

inline Request read_protobuf_request(std::string_view body) {
  Request r;
  if (body.size() < 4) return r;
  r.kind = kind_of(int(load_be32(body.data())) - kProtobufOffset);
  body.remove_prefix(4);
  ProtoField f;
  if (r.kind == RequestKind::kMarketData || r.kind == RequestKind::kPlaceOrder)
    if (ProtoReader::find(body, 1, f)) r.id = int(f.integer);
  if (r.kind == RequestKind::kPlaceOrder && ProtoReader::find(body, 3, f)) {
    std::string_view order = f.text;
    if (ProtoReader::find(order, 9, f)) r.limit = f.fixed();
  }
  return r;
}

/// Highest version in "v100..193" or "v193", 0 when there is none.
inline int offered_version(const std::string& offer) {
  size_t dots = offer.find("..");
  return atoi(offer.c_str() + (dots == std::string::npos ? 1 : dots + 2));
}

}  // namespace bench
