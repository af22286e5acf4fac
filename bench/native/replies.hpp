// What the feed says, in either dialect.
#pragma once

#include <string>
#include <string_view>

#include "wire.hpp"

namespace bench {

class Replies {
 public:
  explicit Replies(int version) : protobuf_(version >= kFirstProtobufVersion), version_(version) {}

  void handshake(std::string& out) const { Frame(out).field(version_).field("20260102 09:30:00 UTC"); }

  void managed_accounts(std::string& out) const {
    if (protobuf_)
      Frame(out).raw_id(15).bytes(1, "DU1234567");
    else
      Frame(out).field(15).field(1).field("DU1234567");
  }

  void next_valid_id(std::string& out, int id) const {
    if (protobuf_)
      Frame(out).raw_id(9).integer(1, id);
    else
      Frame(out).field(9).field(1).field(id);
  }

  /// `price_text` and `price` are the same number: text carries the first, protobuf the second.
  void tick_price(std::string& out, int req, int field, std::string_view price_text, double price,
                  std::string_view size, int mask) const {
    if (protobuf_)
      Frame(out).raw_id(1).integer(1, req).integer(2, field).fixed(3, price).bytes(4, size).integer(5, mask);
    else
      Frame(out).field(1).field(6).field(req).field(field).field(price_text).field(size).field(mask);
  }

  void tick_size(std::string& out, int req, int field, std::string_view size) const {
    if (protobuf_)
      Frame(out).raw_id(2).integer(1, req).integer(2, field).bytes(3, size);
    else
      Frame(out).field(2).field(6).field(req).field(field).field(size);
  }

  void tick_snapshot_end(std::string& out, int req) const {
    if (protobuf_)
      Frame(out).raw_id(57).integer(1, req);
    else
      Frame(out).field(57).field(1).field(req);
  }

  void order_status(std::string& out, int order, std::string_view status, int64_t perm_id) const {
    if (protobuf_) {
      Frame(out).raw_id(3).integer(1, order).bytes(2, status).bytes(3, "0").bytes(4, "1").fixed(5, 0).integer(
          6, perm_id);
      return;
    }
    Frame f(out);
    f.field(3);
    if (version_ < 131) f.field(1);
    f.field(order).field(status).field(0).field(1).field(0).field(perm_id).field(0).field(0).field(1).field(
        "");
    if (version_ >= 131) f.field(0);
  }

 private:
  bool protobuf_;
  int version_;
};

}  // namespace bench
