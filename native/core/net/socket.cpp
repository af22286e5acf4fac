#include "net/socket.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#if defined(__linux__)
#include <linux/sockios.h>
#endif

#include <cerrno>
#include <cstring>

namespace ibkr {

namespace {

using Nanos = ArrivalClock::Nanos;

Nanos nanos(const timespec& t) { return Nanos{t.tv_sec} * 1'000'000'000 + t.tv_nsec; }

Nanos now(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return nanos(t);
}

double micros(Nanos t) { return static_cast<double>(t) / 1e3; }

bool set_int(int fd, int level, int name, int value) {
  return setsockopt(fd, level, name, &value, sizeof value) == 0;
}

int get_int(int fd, int level, int name) {
  int value = 0;
  socklen_t size = sizeof value;
  return getsockopt(fd, level, name, &value, &size) == 0 ? value : 0;
}

/// A reset tells its errno once, and perhaps to a thread that was just sending; whoever reads then sees an
/// end like any other. The socket's state tells them apart: after an end alone it waits for ours.
bool was_reset(int fd) {
#if defined(__linux__)
  tcp_info info{};
  socklen_t size = sizeof info;
  return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 && info.tcpi_state == TCP_CLOSE;
#else
  static_cast<void>(fd);
  return false;
#endif
}

#if defined(MSG_NOSIGNAL)
constexpr int kNoSignal = MSG_NOSIGNAL;
#else
constexpr int kNoSignal = 0;  // macOS: SO_NOSIGPIPE is set on the socket instead
#endif

}  // namespace

double monotonic_micros() { return micros(now(CLOCK_MONOTONIC)); }

int Socket::begin_connect(const std::string& address, std::uint16_t port, const SocketOptions& options) {
  sockaddr_storage storage{};
  socklen_t size = 0;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
  if (inet_pton(AF_INET, address.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    size = sizeof *v4;
  } else if (inet_pton(AF_INET6, address.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    size = sizeof *v6;
  } else {
    return EINVAL;
  }
#if defined(SOCK_CLOEXEC) && defined(SOCK_NONBLOCK)
  // In one call: a process that is started at this moment must not inherit the connection.
  fd_ = Fd(::socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd_.valid()) return errno;
  const int fd = fd_.get();
#else
  fd_ = Fd(::socket(storage.ss_family, SOCK_STREAM, 0));
  if (!fd_.valid()) return errno;
  const int fd = fd_.get();
  if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0) return errno;
#endif
  set_int(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set_int(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
#if defined(SO_NOSIGPIPE)
  set_int(fd, SOL_SOCKET, SO_NOSIGPIPE, 1);
#endif
#if defined(SO_TIMESTAMPNS)
  kernel_stamps_ = set_int(fd, SOL_SOCKET, SO_TIMESTAMPNS, 1);
  const Nanos monotonic = now(CLOCK_MONOTONIC);
  arrivals_.start(monotonic, now(CLOCK_REALTIME));
#endif
  // Before connect: the receive buffer decides the window scale that the handshake offers.
  if (options.receive_buffer > 0) set_int(fd, SOL_SOCKET, SO_RCVBUF, options.receive_buffer);
  if (options.send_buffer > 0) set_int(fd, SOL_SOCKET, SO_SNDBUF, options.send_buffer);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&storage), size) == 0 || errno == EINPROGRESS) return 0;
  const int error = errno;
  fd_.reset();
  return error;
}

int Socket::connect_result() const { return get_int(fd_.get(), SOL_SOCKET, SO_ERROR); }

IoResult Socket::read(std::span<char> into, double& received_micros) {
  iovec io{into.data(), into.size()};
  alignas(cmsghdr) char control[64];
  msghdr message{};
  message.msg_iov = &io;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t n = 0;
  do {
    n = ::recvmsg(fd_.get(), &message, MSG_DONTWAIT);
  } while (n < 0 && errno == EINTR);
  if (n == 0) {
    if (was_reset(fd_.get())) return {IoResult::Kind::Error, 0, ECONNRESET};
    return {IoResult::Kind::End};
  }
  if (n < 0) {
    if (errno == EAGAIN || errno == EWOULDBLOCK) return {IoResult::Kind::WouldBlock};
    return {IoResult::Kind::Error, 0, errno};
  }
  Nanos received = now(CLOCK_MONOTONIC);
#if defined(SO_TIMESTAMPNS)
  if (kernel_stamps_) {
    for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
      if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS) continue;
      timespec stamp{};
      std::memcpy(&stamp, CMSG_DATA(c), sizeof stamp);
      received = arrivals_.arrival(nanos(stamp), received, now(CLOCK_REALTIME));
      break;
    }
  }
#endif
  received_micros = micros(received);
  return {IoResult::Kind::Moved, static_cast<std::size_t>(n)};
}

IoResult Socket::write(std::span<const char> bytes) {
  ssize_t n = 0;
  do {
    n = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | kNoSignal);
  } while (n < 0 && errno == EINTR);
  if (n >= 0) return {IoResult::Kind::Moved, static_cast<std::size_t>(n)};
  if (errno == EAGAIN || errno == EWOULDBLOCK) return {IoResult::Kind::WouldBlock};
  return {IoResult::Kind::Error, 0, errno};
}

std::size_t Socket::unread_bytes() const {
  int bytes = 0;
  return ioctl(fd_.get(), FIONREAD, &bytes) == 0 && bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
}

EffectiveOptions Socket::effective() const {
  const int fd = fd_.get();
  if (fd < 0) return {};
  return {get_int(fd, SOL_SOCKET, SO_RCVBUF), get_int(fd, SOL_SOCKET, SO_SNDBUF),
          get_int(fd, IPPROTO_TCP, TCP_NODELAY) != 0, get_int(fd, SOL_SOCKET, SO_KEEPALIVE) != 0,
          kernel_stamps_};
}

std::optional<TcpState> Socket::tcp_state() const {
#if defined(__linux__)
  tcp_info info{};
  socklen_t size = sizeof info;
  if (!fd_.valid() || getsockopt(fd_.get(), IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return std::nullopt;
  TcpState state{info.tcpi_rtt,     info.tcpi_rttvar,   info.tcpi_total_retrans,
                 info.tcpi_unacked, info.tcpi_snd_cwnd, info.tcpi_snd_mss};
  int bytes = 0;
  if (ioctl(fd_.get(), SIOCOUTQ, &bytes) == 0 && bytes > 0)
    state.unacked_bytes = static_cast<std::size_t>(bytes);
  return state;
#else
  return std::nullopt;
#endif
}

void Socket::shut_down() {
  if (fd_.valid()) ::shutdown(fd_.get(), SHUT_RDWR);
}

}  // namespace ibkr
