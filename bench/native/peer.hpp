// The client at the other end: its handshake and its requests, as whole frames.
#pragma once

#include <string>
#include <string_view>

#include "net.hpp"
#include "requests.hpp"
#include "wire.hpp"

namespace bench {

class Peer {
 public:
  explicit Peer(int fd) : fd_(fd) {}
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  ~Peer() { close(fd_); }

  int fd() const { return fd_; }

  /// Reads "API\0" and the version offer; 0 when the client does not begin so.
  int read_offer() {
    char head[8];
    if (!recv_exact(fd_, head, sizeof head) || memcmp(head, "API", 4) != 0) return 0;
    uint32_t n = load_be32(head + 4);
    if (n > 256) return 0;
    std::string offer(n, '\0');
    return recv_exact(fd_, offer.data(), n) ? offered_version(offer) : 0;
  }

  enum class Read { kFrame, kNothing, kClosed };

  /// The next request. With `wait` false returns kNothing instead of blocking.
  Read next(bool protobuf, bool wait, Request& request) {
    for (;;) {
      if (end_ - begin_ >= 4) {
        uint32_t n = load_be32(buffer_ + begin_);
        if (n > sizeof buffer_ - 4) {
          fprintf(stderr, "a request of %u bytes; at most %zu fit the feed\n", n, sizeof buffer_ - 4);
          return Read::kClosed;
        }
        if (end_ - begin_ >= 4 + n) {
          std::string_view body(buffer_ + begin_ + 4, n);
          begin_ += 4 + n;
          request = protobuf ? read_protobuf_request(body) : read_text_request(body);
          return Read::kFrame;
        }
      }
      memmove(buffer_, buffer_ + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
      ssize_t k = recv(fd_, buffer_ + end_, sizeof buffer_ - end_, wait ? 0 : MSG_DONTWAIT);
      if (k > 0)
        end_ += size_t(k);
      else if (k < 0 && errno == EAGAIN)
        return Read::kNothing;
      else if (k == 0 || errno != EINTR)
        return Read::kClosed;
    }
  }

 private:
  int fd_;
  size_t begin_ = 0, end_ = 0;
  char buffer_[65536];
};

}  // namespace bench
