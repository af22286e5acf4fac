// Loopback sockets, blocking unless a flag says otherwise.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace bench {

[[noreturn]] inline void die(const char* what) {
  perror(what);
  exit(1);
}

inline sockaddr_in loopback(uint16_t port) {
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_port = htons(port);
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return a;
}

inline void no_delay(int fd) {
  int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

/// Listens on a port the system chooses; `port` receives it.
inline int listen_any(uint16_t& port) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in a = loopback(0);
  socklen_t n = sizeof a;
  if (fd < 0 || bind(fd, reinterpret_cast<sockaddr*>(&a), sizeof a) || listen(fd, 64) ||
      getsockname(fd, reinterpret_cast<sockaddr*>(&a), &n))
    die("listen");
  port = ntohs(a.sin_port);
  return fd;
}

inline int connect_loopback(uint16_t port) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in a = loopback(port);
  if (fd < 0 || connect(fd, reinterpret_cast<sockaddr*>(&a), sizeof a)) die("connect");
  no_delay(fd);
  return fd;
}

/// False when the peer is gone.
inline bool send_all(int fd, const char* p, size_t n) {
  while (n) {
    ssize_t k = send(fd, p, n, MSG_NOSIGNAL);
    if (k < 0) {
      if (errno == EINTR) continue;
      return false;
    }
    p += k;
    n -= size_t(k);
  }
  return true;
}

/// Bytes read, 0 at the end of the stream or when the peer is gone.
inline size_t recv_some(int fd, char* p, size_t n) {
  for (;;) {
    ssize_t k = recv(fd, p, n, 0);
    if (k >= 0) return size_t(k);
    if (errno != EINTR) return 0;
  }
}

inline bool recv_exact(int fd, char* p, size_t n) {
  while (n) {
    size_t k = recv_some(fd, p, n);
    if (!k) return false;
    p += k;
    n -= k;
  }
  return true;
}

}  // namespace bench
