const ARMED = "an armed order is sent by whoever reads the socket of the core";
const OPTIONS = "the socket's options are the core's";
const GUARD = "there is no guard thread";
const WORDS = "the error has the transport's own words";
const RESET = "libuv tells of a reset behind the last bytes as of an end";
const FAILED_WRITE = "Node closes a socket whose write fails, with what it has not read";

/** Tests of what only a socket of the core's own has, by name, with the reason. */
export const TCP_ONLY: ReadonlyMap<string, string> = new Map([
  // test/session/order-templates.test.ts
  ["is sent once, when its quote comes, and says so with both times", ARMED],
  ["does not fire after disarm() said so", ARMED],
  [
    "is held while the gateway cannot reach Interactive Brokers, which can be seen, and fires afterwards",
    ARMED,
  ],
  ["expires by itself", ARMED],
  ["ends with its subscription: the slot may be another one's next", ARMED],
  ["stays armed while another request of its slot lives", ARMED],
  ["ends with the connection, whoever ends it: ours", ARMED],
  ["ends with the connection, whoever ends it: theirs", ARMED],
  ["that has fired and was not told of says so when we disconnect", ARMED],
  ["fires in protobuf, too, with the bytes of place()", ARMED],
  ["is refused where it cannot be armed, with a code of its own", ARMED],
  ["is sent by the guard while JavaScript is blocked, once", ARMED],
  ["disarming while quotes come: each order is disarmed or sent, never both, also by the guard", ARMED],
  // test/session/journaled-orders.test.ts
  ["do not leave where the journal cannot be written, and say so", ARMED],
  ["is on record when it is armed, and when it fires", ARMED],
  ["is on record as disarmed, whatever disarms it", ARMED],
  ["that fires while the journal cannot be written does not leave", ARMED],
  // test/session/order-numbers.test.ts
  ["does not leave, and says so: ordinary", ARMED],
  ["does not leave, and says so: of the general path", ARMED],
  ["may be changed where it had left before, and so may the armed one", ARMED],
  ["leaves under another number where a tracker has it, its change with it", ARMED],
  ["does not leave at all where its cancel waits behind it", ARMED],
  ["and a question for margins is asked again", ARMED],
  ["orders of JavaScript and of the guard, at once: the gateway gets each number once, in order", ARMED],
  // test/session/connection.test.ts
  ["sets TCP_NODELAY, keep-alive and the buffers, and reports what the system made of them", OPTIONS],
  ["a refused connection is error 502 and disconnected", WORDS],
  ["an address that does not answer is given up after connectTimeoutMs", WORDS],
  // test/native
  ["the guard thread reads meanwhile: ticks carry the time they arrived, not the time they were seen", GUARD],
  ["a reset", RESET],
  ["a reset that a request runs into", FAILED_WRITE],
  ["more than the ring holds, and a reset", RESET],
]);
