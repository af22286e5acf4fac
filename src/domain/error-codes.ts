import type { ErrorCodeEntry } from "./error-code.js";
import { GATEWAY_ERROR_CODES } from "./gateway-error-codes.js";

export type { ErrorScope } from "./error-code.js";

/** Every code of an own error. docs/errors.md is made from this table: `node native/tools/write-errors-doc.cjs`. */
export const ERROR_CODES = {
  ERR_IBKR_OPTION: {
    scope: "system",
    retryable: false,
    meaning: "An option, or an environment variable that stands for one, is outside its range.",
    remedy: "The message names the option, its value and what is allowed.",
  },
  ERR_IBKR_ARGUMENT: {
    scope: "request",
    retryable: false,
    meaning: "An argument of a call does not fit; nothing was sent.",
    remedy: "The message names the argument, its value and what is allowed.",
    numbers: [504, 509],
  },
  ERR_IBKR_FILE: {
    scope: "system",
    retryable: false,
    meaning: "A file that was given cannot be read or written, or something in it is not as it should be.",
    remedy: "The message names the file, or the line in it, and what is wrong.",
  },
  ERR_IBKR_JOURNAL_OPEN: {
    scope: "system",
    retryable: false,
    meaning:
      "The journal of orders cannot be opened: its folder is not there, cannot be read or written, or has no room left. Nothing was sent.",
    remedy: "The message names the path and the system's reason. Make the folder, or give another one.",
  },
  ERR_IBKR_JOURNAL_LOCKED: {
    scope: "system",
    retryable: true,
    meaning: "Another process has the journal of this endpoint and client id open.",
    remedy:
      "The message names the file and the process. End that process, or use another client id: two programs with one would send orders with the same ids.",
  },
  ERR_IBKR_JOURNAL_FOREIGN: {
    scope: "system",
    retryable: false,
    meaning:
      "A file with the name of a journal's is none, is that of another endpoint or client id, or was written by a newer version of the package.",
    remedy: "The message names the file. Move it away if it is not needed, or use the newer version.",
  },
  ERR_IBKR_JOURNAL_WRITE: {
    scope: "order",
    retryable: true,
    meaning:
      "A record could not be written to the journal: the disk is full or fails, or the journal is closed. The order that needed it was not sent.",
    remedy:
      "Make room: the next order is written again. After a disk failed to sync, every write fails until the journal is opened anew.",
  },
  ERR_IBKR_RISK_LOCKED: {
    scope: "system",
    retryable: true,
    meaning: "Another risk gate, as a rule of another process, has the state folder. Nothing was sent.",
    remedy:
      "The message names the file and the process. End that process, or give each program a folder of its own: two that count in one would each allow the whole limit.",
  },
  ERR_IBKR_RISK_PULLED_AGAIN: {
    scope: "system",
    retryable: true,
    meaning: "Somebody has pulled the emergency stop again since it was told last; it is stopped as before.",
    remedy: "The message says who, and why. Resume again where that is settled as well.",
  },
  ERR_IBKR_LISTEN: {
    scope: "system",
    retryable: true,
    meaning:
      "A simulated gateway, a replay or a recorder cannot have its port: it is in use, or not this machine's.",
    remedy: "Choose another port, or 0: the system then chooses one that is free.",
  },
  ERR_IBKR_SCENARIO: {
    scope: "system",
    retryable: false,
    meaning:
      "The simulated exchange refused a step of a scenario, which ended there: `gatewayCode` and `gatewayText` say why.",
    remedy: "The message names the step, what it wanted and what is allowed.",
  },
  ERR_IBKR_NATIVE_MISSING: {
    scope: "system",
    retryable: false,
    meaning: "There is no native binary for this platform.",
    remedy: "Build it from source: `npx ibkr-native build` (cmake and a C++20 compiler, no network).",
  },
  ERR_IBKR_NATIVE_UNLOADABLE: {
    scope: "system",
    retryable: false,
    meaning: "There is a native binary, and the system refuses to load it.",
    remedy:
      "The message has its path and the system's reason. Build one for this system (`npx ibkr-native build`), or name another with IBKR_NATIVE_BINARY: docs/install.md.",
  },
  ERR_IBKR_NATIVE_LAYOUT: {
    scope: "system",
    retryable: false,
    meaning: "The native binary belongs to another version of the package.",
    remedy: "Install the package again, or build the binary anew: `npx ibkr-native build`.",
  },
  ERR_IBKR_SEAM: {
    scope: "system",
    retryable: false,
    meaning: "`@stoqey/ib` is not the version whose insides the drop-in takes the place of.",
    remedy: "Install the version that the message names; an `overrides` entry may be in the way.",
  },
  ERR_IBKR_NOT_SUPPORTED: {
    scope: "system",
    retryable: false,
    meaning: "The call exists in `@stoqey/ib` and has no meaning here.",
    remedy: "Leave it out: docs/drop-in.md lists what differs.",
  },
  ERR_IBKR_CONNECT: {
    scope: "system",
    retryable: true,
    meaning: "No connection could be made: no such host, nobody listens there, or no answer in time.",
    remedy:
      "Check host and port, and that the gateway runs and has its API switched on; `connectTimeoutMs` if it is far away.",
    numbers: [502],
  },
  ERR_IBKR_HOST_NOT_ALLOWED: {
    scope: "system",
    retryable: false,
    meaning: "`allowedHosts` has none of the addresses of the host. Nothing was connected to.",
    remedy: "The message names the host, its addresses and the list. Correct whichever is wrong.",
    numbers: [502],
  },
  ERR_IBKR_TLS: {
    scope: "system",
    retryable: true,
    meaning:
      "No TLS came about with the server: it speaks none, no version that is allowed, or wants a certificate of the client.",
    remedy:
      "The message says which. The sockets of TWS and IB Gateway have no TLS: it needs stunnel, haproxy or the like in front of them (docs/gateways.md).",
    numbers: [502],
  },
  ERR_IBKR_CERTIFICATE: {
    scope: "system",
    retryable: false,
    meaning:
      "The server's certificate was refused: expired, signed by nobody that `ca` knows, for another host, or not one of `fingerprints`. No byte was sent to the gateway.",
    remedy: "The message says why. Renew the certificate, or correct `ca`, `servername` or `fingerprints`.",
    numbers: [502],
  },
  ERR_IBKR_NO_THREAD: {
    scope: "system",
    retryable: true,
    meaning:
      "The thread that reads, or stands behind the event loop, could not be started: out of descriptors, memory or threads.",
    remedy:
      "Raise the limits of the process (`ulimit -n`, `ulimit -u`). In the read modes `loop` and `spin` the connection goes on without it, and nothing is read while JavaScript is busy.",
    numbers: [502, 590],
  },
  ERR_IBKR_HANDSHAKE: {
    scope: "system",
    retryable: true,
    meaning: "Something accepted the connection and did not answer as a gateway does.",
    remedy:
      "A forwarder in front of a gateway that is down accepts too: look behind it. `handshakeTimeoutMs` if the gateway is slow.",
    numbers: [502, 508],
  },
  ERR_IBKR_CONNECTION_LOST: {
    scope: "system",
    retryable: true,
    meaning: "The connection broke.",
    remedy:
      "Connect again. What became of orders that were on their way is in the open orders and executions.",
    numbers: [502],
  },
  ERR_IBKR_SERVER_VERSION: {
    scope: "system",
    retryable: false,
    meaning: "The gateway speaks a version that was not offered.",
    remedy: "Use a current TWS or IB Gateway, or leave `maxServerVersion` at its default.",
    numbers: [506],
  },
  ERR_IBKR_FRAME_LENGTH: {
    scope: "system",
    retryable: true,
    meaning: "A message announced a length that no message has; the connection was closed.",
    remedy: "Connect again. If it comes back: whatever answers there is no gateway.",
    numbers: [507],
  },
  ERR_IBKR_SEND_OVERFLOW: {
    scope: "system",
    retryable: true,
    meaning:
      "The gateway stopped reading until the limit of unsent bytes was reached; the connection was closed.",
    remedy: "Look at the gateway: it is overloaded or hangs.",
    numbers: [509],
  },
  ERR_IBKR_SERVER_TOO_OLD: {
    scope: "request",
    retryable: false,
    meaning:
      "The server, or the dialect spoken with it, does not know the request or one of its fields; nothing was sent.",
    remedy: "Leave the field out, or use a gateway of the version that the message names.",
    numbers: [503],
  },
  ERR_IBKR_NOT_SENT: {
    scope: "request",
    retryable: true,
    meaning: "There was no connection, or it ended first: the request never left as a whole, and never will.",
    remedy: "Call again when connected. An order so reported is not at the gateway.",
    numbers: [504],
  },
  ERR_IBKR_ORDER_DENIED: {
    scope: "order",
    retryable: false,
    meaning:
      "The risk gate has denied an order, or a change of one: `denyCode`, `measured`, `limit`, `unit` and `riskScope` of the `OrderDeniedError` say why. No byte of it has left.",
    remedy: "docs/risk.md has each code with its formula. `client.risk` shows states and limits.",
    numbers: [504],
  },
  ERR_IBKR_ORDER_OVERTAKEN: {
    scope: "order",
    retryable: true,
    meaning:
      "A new order did not leave: an armed order has fired since its number was taken, with a higher one, and the gateway takes numbers in order only.",
    remedy:
      "Place it again under a new number; the tracker of connectOrders does so by itself. It is not at the gateway.",
  },
  ERR_IBKR_CANNOT_ARM: {
    scope: "order",
    retryable: true,
    meaning:
      "An order was not armed: the connection is not ready, or the core has no frame for such an order.",
    remedy:
      "Arm it when connected; the message says which it was. Orders with fields beyond the ordinary can be placed, not armed.",
  },
  ERR_IBKR_ARM_TRANSPORT: {
    scope: "order",
    retryable: false,
    meaning:
      "An order was not armed: the connection is over TLS or a stream of the caller's, which only JavaScript's thread can write to.",
    remedy: "Arm it over TCP, or compare the quote in JavaScript and send a prepared order.",
  },
  ERR_IBKR_READ_ONLY: {
    scope: "order",
    retryable: false,
    meaning:
      "The connection was made with `readOnly`: nothing leaves by it that changes something. Nothing was sent.",
    remedy: "Connect without `readOnly` (or `IBKR_READ_ONLY`) for a program that is to trade.",
    numbers: [504],
  },
  ERR_IBKR_TIMEOUT: {
    scope: "request",
    retryable: true,
    meaning: "The whole answer did not come within `timeoutMs`; the request was taken back where it can be.",
    remedy: "Call again, or give it more time.",
  },
  ERR_IBKR_BAD_MESSAGE: {
    scope: "data",
    retryable: false,
    meaning:
      "A message could not be read, or has bytes behind its last known field. The connection lives on.",
    remedy: "Please report it: the message shows the bytes.",
    numbers: [505, 508],
  },
  ERR_IBKR_UNKNOWN_MESSAGE: {
    scope: "data",
    retryable: false,
    meaning: "A message that this version has no events for.",
    remedy: "A newer version of the package may know it.",
    numbers: [505],
  },
  ERR_IBKR_HISTORY_CHANGED: {
    scope: "request",
    retryable: false,
    meaning:
      "Two answers of one history do not fit: a bar that both have is another one in the second, or is not there. A split or a correction came between them.",
    remedy: "Load the history anew; where it was resumed, into a new file.",
  },
  ...GATEWAY_ERROR_CODES,
  ERR_IBKR_UNKNOWN_CONTRACT: {
    scope: "request",
    retryable: false,
    meaning: "The gateway knows no such contract.",
    remedy: "The message, and `candidates` of the error, list what has a similar name.",
  },
  ERR_IBKR_AMBIGUOUS_CONTRACT: {
    scope: "request",
    retryable: false,
    meaning: "Several contracts fit what was asked for.",
    remedy:
      "The message, and `candidates` of the error, list them: name an exchange, a currency, an expiry, … or a `conId`.",
  },
  ERR_IBKR_UNKNOWN_OUTCOME: {
    scope: "order",
    retryable: false,
    meaning:
      "An order had left, and no answer to it came, or none will: nobody can know whether it is at the gateway.",
    remedy:
      "Do not send it again. Look at open orders, executions and positions, or in TWS; the message has the `orderRef` to look for.",
  },
  ERR_IBKR_ORDER_OVER: {
    scope: "order",
    retryable: false,
    meaning:
      "The order has ended: what ended otherwise is not filled, and what has ended is neither changed nor cancelled.",
    remedy: "The message says how it ended. Place another order.",
  },
  ERR_IBKR_INTERNAL: {
    scope: "system",
    retryable: false,
    meaning: "A fault of this package.",
    remedy: "Please report it, with the message and the stack.",
  },
} as const satisfies Record<`ERR_IBKR_${string}`, ErrorCodeEntry>;

export type IBKRErrorCode = keyof typeof ERROR_CODES;
