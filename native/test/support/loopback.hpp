// A gateway's end of a connection over loopback, blocking, on a port the system chooses.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <string_view>
#include <vector>

#include "check.hpp"
#include "net/connection.hpp"
#include "support/ring_reader.hpp"

namespace ibkr::test {

/// Nothing a test waits for takes this long; it only ends what would hang.
inline constexpr int kForever = 20'000;  // ms

inline bool ready(int fd, short events, int milliseconds = kForever) {
  pollfd p{fd, events, 0};
  return ::poll(&p, 1, milliseconds) == 1;
}

inline std::string framed(std::string_view payload) {
  char length[kFrameHeader];
  write_be32(length, static_cast<std::uint32_t>(payload.size()));
  return std::string(length, kFrameHeader).append(payload);
}

/// "1|6|7|" as the frame of these fields.
inline std::string text_frame(std::string fields) {
  std::replace(fields.begin(), fields.end(), '|', '\0');
  return framed(fields);
}

class Listener {
 public:
  explicit Listener(int family = AF_INET) {
    fd_ = Fd(::socket(family, SOCK_STREAM, 0));
    sockaddr_storage storage{};
    socklen_t size = 0;
    if (family == AF_INET) {
      auto& v4 = reinterpret_cast<sockaddr_in&>(storage);
      v4.sin_family = AF_INET;
      v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      size = sizeof v4;
    } else {
      auto& v6 = reinterpret_cast<sockaddr_in6&>(storage);
      v6.sin6_family = AF_INET6;
      v6.sin6_addr = in6addr_loopback;
      size = sizeof v6;
    }
    auto* address = reinterpret_cast<sockaddr*>(&storage);
    good_ = fd_.valid() && ::bind(fd_.get(), address, size) == 0 && ::listen(fd_.get(), 16) == 0 &&
            ::getsockname(fd_.get(), address, &size) == 0;
    port_ = ntohs(family == AF_INET ? reinterpret_cast<sockaddr_in&>(storage).sin_port
                                    : reinterpret_cast<sockaddr_in6&>(storage).sin6_port);
  }
  bool good() const { return good_; }
  std::uint16_t port() const { return port_; }
  /// Small buffers on accepted sockets: the sender's end fills soon.
  void set_receive_buffer(int bytes) { ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes); }
  Fd accept() {
    if (!ready(fd_.get(), POLLIN)) return Fd();
    return Fd(::accept(fd_.get(), nullptr, nullptr));
  }
  void close() { fd_.reset(); }

 private:
  Fd fd_;
  bool good_ = false;
  std::uint16_t port_ = 0;
};

/// The accepted socket.
class Peer {
 public:
  Peer() = default;
  explicit Peer(Fd fd) : fd_(std::move(fd)) {
    const int on = 1;
    ::setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  int fd() const { return fd_.get(); }
  /// False if the other side is gone.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }
  std::string receive(std::size_t size) {
    std::string out(size, '\0');
    std::size_t have = 0;
    while (have < size && ready(fd_.get(), POLLIN)) {
      const ssize_t n = ::recv(fd_.get(), out.data() + have, size - have, 0);
      if (n <= 0) break;
      have += static_cast<std::size_t>(n);
    }
    out.resize(have);
    return out;
  }
  void close() { fd_.reset(); }
  /// Closes with a reset instead of an end of stream.
  void abort() {
    const linger hard{1, 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    fd_.reset();
  }

 private:
  Fd fd_;
};

/// A connection with its ring and consumer, connected to a peer.
class LoopbackConnection {
 public:
  explicit LoopbackConnection(std::uint32_t capacity = 4096, FullPolicy policy = FullPolicy::Backpressure)
      : memory_(capacity),
        connection(memory_.ring(), policy),
        reader(memory_, &connection.stream().channel().spill()) {}

  /// False: no connection came about. Afterwards `hello` holds what was sent first.
  bool connect(Listener& listener, const SocketOptions& options = {},
               const std::string& address = "127.0.0.1") {
    if (!CHECK_EQ(connection.begin_connect(address, listener.port(), options), 0)) return false;
    peer = Peer(listener.accept());
    if (!CHECK(ready(connection.fd(), POLLOUT)) || !CHECK_EQ(connection.finish_connect("v100..193"), 0))
      return false;
    hello = peer.receive(17);
    return CHECK_EQ(hello.size(), 17u);
  }
  bool connect_and_handshake(const SocketOptions& options = {}, int server_version = 176) {
    Listener listener;
    if (!connect(listener, options)) return false;
    peer.send(text_frame(std::to_string(server_version) + "|20260824 22:27:46 CET|"));
    return read_records(1) && CHECK_EQ(seen.front().kind, RecordKind::Connected);
  }

  Connection::Turn read_once() {
    const ReaderLock::Held held = connection.reader_lock().try_take();
    if (!CHECK(static_cast<bool>(held))) return Connection::Turn::Ended;
    return connection.read_once();
  }
  /// Appends what is published to `seen`.
  void drain() {
    for (Seen& record : reader.drain()) seen.push_back(std::move(record));
    CHECK_EQ(reader.broken(), "");
  }
  /// As an event loop does: waits for the socket, reads, drains, goes on where a full ring stopped it. True
  /// once `seen` has at least `count` records.
  bool read_records(std::size_t count) {
    while (seen.size() < count) {
      // With reading stopped by a full ring, what is missing may be in the reader's buffer already.
      if (!connection.stream().blocked() && !ready(connection.fd(), POLLIN)) break;
      for (;;) {
        const Connection::Turn turn = read_once();
        drain();
        if (turn != Connection::Turn::Blocked) break;
      }
      if (connection.stream().ended()) break;
    }
    return CHECK(seen.size() >= count);
  }
  /// Reads until the connection has ended.
  void read_to_end() {
    while (!connection.stream().ended() && CHECK(ready(connection.fd(), POLLIN))) {
      read_once();
      drain();
    }
  }

 private:
  RingMemory memory_;

 public:
  Connection connection;
  RingReader reader;
  Peer peer;
  std::string hello;
  std::vector<Seen> seen;
};

}  // namespace ibkr::test
