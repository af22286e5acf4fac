#include <string>

#include "check.hpp"
#include "net/session.hpp"
#include "support/loopback.hpp"
#include "support/random.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

TEST("frames go out whole and framed") {
  Connection c;
  REQUIRE(c.connect_and_handshake());
  int error = 0;
  CHECK(c.session.send_frame(std::string_view("71\0002\0007\0\0", 9), error));
  CHECK_EQ(error, 0);
  CHECK(!c.session.has_unsent());
  CHECK_EQ(c.peer.receive(13), framed(std::string_view("71\0002\0007\0\0", 9)));
}

TEST("what a full socket does not take waits, and goes out later in order and complete") {
  Listener listener;
  listener.set_receive_buffer(4096);
  Connection c;
  REQUIRE(c.connect(listener, {0, 4096}));
  Random random(check::seed());
  std::string sent;
  int error = 0, waited = 0;
  const auto send_one = [&] {
    const std::string payload = random.bytes(1 + random.below(3000));
    sent += framed(payload);
    waited += c.session.has_unsent();
    return CHECK(c.session.send_frame(payload, error)) && CHECK_EQ(error, 0);
  };
  while (!c.session.has_unsent()) REQUIRE(send_one());
  for (int i = 0; i < 300; ++i) REQUIRE(send_one());
  CHECK(c.session.unsent_bytes() > 100'000);
  CHECK_EQ(c.session.flush(), 0);
  CHECK(c.session.has_unsent());
  std::string got;
  for (int i = 0; got.size() < sent.size(); ++i) {
    // The peer reads a little: the socket could take something again, but what waits goes first.
    const std::size_t flying = sent.size() - got.size() - c.session.unsent_bytes();
    const std::string piece = c.peer.receive(std::min<std::size_t>(flying, 20'000));
    REQUIRE(!piece.empty() || flying == 0);
    got += piece;
    if (i < 100) {
      ready(c.session.fd(), POLLOUT, 2);  // gives the system a moment to take note
      REQUIRE(send_one());
    }
    if (c.session.has_unsent() && ready(c.session.fd(), POLLOUT, 0)) CHECK_EQ(c.session.flush(), 0);
  }
  CHECK(got == sent);
  CHECK(!c.session.has_unsent());
  CHECK_EQ(c.session.unsent_bytes(), 0u);
  CHECK(waited > 300);
}

TEST("unsent bytes have a limit, and a frame beyond it is refused whole") {
  Listener listener;
  listener.set_receive_buffer(4096);
  Connection c;
  REQUIRE(c.connect(listener, {0, 4096}));
  const std::string payload(8 << 20, 'x');
  int error = 0, sent = 0;
  while (sent < 20 && c.session.send_frame(payload, error)) ++sent;
  CHECK(sent < 20);
  CHECK_EQ(error, ENOBUFS);
  CHECK(c.session.unsent_bytes() <= Session::kMaxUnsent);
  const std::size_t before = c.session.unsent_bytes();
  CHECK(c.session.send_frame("small", error));
  CHECK_EQ(c.session.unsent_bytes(), before + 9);
}

TEST("no frame leaves that a gateway would close the connection for: empty, or longer than 0xFFFFFF") {
  Connection c;
  REQUIRE(c.connect_and_handshake());
  int error = 0;
  CHECK(!c.session.send_frame({}, error));
  CHECK_EQ(error, EMSGSIZE);
  CHECK(!c.session.send_frame(std::string(kMaxFrame + 1, 'x'), error));
  CHECK_EQ(error, EMSGSIZE);
  CHECK(!c.session.has_unsent());
  CHECK(c.session.send_frame("ok", error));
  CHECK_EQ(c.peer.receive(6), framed("ok"));
}

TEST("sending to a peer that is gone fails with an errno and no signal") {
  Connection c;
  REQUIRE(c.connect_and_handshake());
  c.peer.abort();
  CHECK(ready(c.session.fd(), POLLIN));
  int error = 0;
  bool good = true;
  for (int i = 0; i < 10 && good; ++i) good = c.session.send_frame("hello", error);
  CHECK(!good);
  CHECK(error == EPIPE || error == ECONNRESET);
}

}  // namespace
