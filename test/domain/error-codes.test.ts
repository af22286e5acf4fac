import { execFile } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "node:tls";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { resolveOptions } from "../../src/api/options.js";
import { ibApiOn } from "../../src/api/shared-session.js";
import { ContractBook } from "../../src/client/contract-book.js";
import { joined } from "../../src/client/history/history-join.js";
import { ERROR_CODES, type ErrorScope, type IBKRErrorCode } from "../../src/domain/error-codes.js";
import { gatewayError as errorOfGateway } from "../../src/domain/gateway-codes.js";
import { IBKRError } from "../../src/domain/ibkr-error.js";
import type { Contract, ContractDetails } from "../../src/domain/stock-types.js";
import {
  ErrorCode,
  EventName,
  IBApi,
  type IBApiOptions,
  type Order,
  OrderAction,
  OrderType,
} from "../../src/index.js";
import { OrderJournal } from "../../src/orders/journal.js";
import { encodePayload } from "../../src/protocol/codec.js";
import { KeptRisk } from "../../src/risk/kept-risk.js";
import { pullLatch } from "../../src/risk/latch-file.js";
import { StateLock } from "../../src/risk/state-lock.js";
import { SessionBroker } from "../../src/session/broker/session-broker.js";
import { Session } from "../../src/session/session.js";
import { parseCapture, SimulatedGateway } from "../../src/sim/index.js";
import { sourcesBelow } from "../docs/pages.js";
import { gatewayError, ticketOf } from "../orders/order-bench.js";
import { FakeCore } from "../risk/fake-core.js";
import { ready } from "../support/collect.js";
import { text } from "../support/frames.js";
import { type Script, ScriptedGateway } from "../support/scripted-gateway.js";
import { HAS_OPENSSL, makeCertificates } from "../support/tls/certificates.js";

/** What a provocation brings to light: an error that was thrown, or one of an event, with its number. */
interface Found {
  readonly error: unknown;
  readonly number?: number;
}

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function gatewayOf(script: Script = {}): Promise<ScriptedGateway> {
  const gateway = await ScriptedGateway.start(script);
  ends.push(() => gateway.stop());
  return gateway;
}

function client(options: IBApiOptions): IBApi {
  const ib = new IBApi(options);
  ends.push(() => ib.isConnected && ib.disconnect());
  return ib;
}

async function connected(
  script: Script = {},
  options: IBApiOptions = {},
): Promise<{ ib: IBApi; gateway: ScriptedGateway }> {
  const gateway = await gatewayOf(script);
  return { ib: await ready(client({ port: gateway.port, ...options })), gateway };
}

async function brokerOf(script: Script): Promise<SessionBroker> {
  const { port } = await gatewayOf(script);
  const broker = new SessionBroker(new Session(resolveOptions({ port })));
  ends.push(() => broker.close());
  return broker;
}

async function thrownBy(run: () => unknown): Promise<Found> {
  try {
    await run();
  } catch (error) {
    return { error };
  }
  return { error: undefined };
}

/** The first error event after `provoke`, or the first with that number. */
async function eventOf(ib: IBApi, provoke: () => unknown, wanted?: number): Promise<Found> {
  const event = new Promise<Found>((resolve) => {
    ib.on(EventName.error, (error, number) => {
      if (wanted === undefined || number === wanted) resolve({ error, number });
    });
  });
  await provoke();
  return event;
}

/** The error with which connecting fails. */
async function failureOf(script: Script, options: IBApiOptions = {}): Promise<Found> {
  const { port } = await gatewayOf(script);
  const ib = client({ port, ...options });
  return eventOf(ib, () => ib.connect());
}

const root = join(__dirname, "../..");

/**
 * What `new IBApi()` throws in another copy of the built package, which `change` has done something to. It has the
 * binary and the dependencies of this one, as links.
 */
async function thrownByPackage(change: (folder: string) => void): Promise<Found> {
  const folder = mkdtempSync(join(tmpdir(), "ibkr-native-"));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(root, "dist"), join(folder, "dist"), {
    recursive: true,
    filter: (file) => !/\.map$|dist\/(?:sim|cli)$/.test(file),
  });
  mkdirSync(join(folder, "node_modules"));
  for (const name of readdirSync(join(root, "node_modules"))) {
    symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name));
  }
  symlinkSync(join(root, "build"), join(folder, "build"));
  change(folder);
  const script = `
    const { IBApi } = require(${JSON.stringify(join(folder, "dist/index.js"))});
    try { new IBApi() } catch ({ name, code, scope, retryable, message }) {
      console.log(JSON.stringify({ name, code, scope, retryable, message }));
    }`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--preserve-symlinks", "-e", script]);
  return { error: JSON.parse(stdout) as unknown };
}

const CONTRACT = { symbol: "AAPL", exchange: "SMART", currency: "USD" };
const ORDER: Order = {
  action: OrderAction.BUY,
  orderType: OrderType.LMT,
  totalQuantity: 1,
  lmtPrice: 100,
  transmit: true,
};

/** The error event of a connect in a process that has run out of descriptors when the handshake is done. */
async function outOfDescriptors(): Promise<Found> {
  const { port } = await gatewayOf();
  const script = `
    const { IBApi } = require(${JSON.stringify(join(root, "dist/index.js"))});
    const ib = new IBApi({ port: ${port}, readMode: "thread" });
    ib.on("error", ({ name, code, scope, retryable, message }, number) => {
      if (number === 502) process.stdout.write(JSON.stringify({ error: { name, code, scope, retryable, message }, number }));
    });
    ib.connect();
    try { for (;;) require("node:fs").openSync("/dev/null"); } catch {}`;
  const { stdout } = await promisify(execFile)("sh", [
    "-c",
    'ulimit -n 128; exec "$0" -e "$1"',
    process.execPath,
    script,
  ]);
  return JSON.parse(stdout) as Found;
}

function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ibkr-journal-"));
  ends.push(() => rmSync(folder, { recursive: true }));
  return folder;
}

function journalIn(folder: string): OrderJournal {
  const journal = new OrderJournal({ folder, endpoint: "gateway:4002", clientId: 1 });
  ends.push(() => journal.close());
  return journal;
}

/** A gateway that answers every request behind the handshake with this. */
function refusing(code: number, said: string): Promise<SessionBroker> {
  return brokerOf({
    onFrame: (peer, payload) => {
      const fields = payload.toString("latin1").split("\0");
      // An order has no version before its id.
      const id = fields[0] === "3" ? fields[1] : fields[2];
      if (fields[0] !== "71") peer.send(text(4, 2, id, code, said, ""));
    },
  });
}

/** What a request is rejected with. */
const requestRefused =
  (code: number, said = "text"): (() => Promise<Found>) =>
  async () => {
    const broker = await refusing(code, said);
    await broker.connect();
    return thrownBy(() => broker.lookups.contractDetails({ symbol: "AAPL" }));
  };

/** What is told of an order. */
const orderRefused =
  (code: number, said = "text"): (() => Promise<Found>) =>
  async () => {
    const broker = await refusing(code, said);
    await broker.connect();
    const told = new Promise<Found>((resolve) => broker.on("orderError", (_, error) => resolve({ error })));
    broker.orders.place(broker.orders.nextOrderId(), CONTRACT, ORDER);
    return told;
  };

/** Whatever is asked for, these are the contracts that there are. */
function bookOf(found: readonly Contract[]): ContractBook {
  const contractDetails = async () => found.map((contract) => ({ contract }) as ContractDetails);
  return new ContractBook({ contractDetails, search: async () => [] }, 1_000);
}

/** For every code, what brings it about. A code without an entry does not compile. */
const PROVOCATIONS: Readonly<Record<IBKRErrorCode, () => Promise<Found>>> = {
  ERR_IBKR_OPTION: () => thrownBy(() => new IBApi({ port: 0 })),

  ERR_IBKR_ARGUMENT: async () => {
    const { ib } = await connected();
    return eventOf(ib, () => ib.reqContractDetails(7, { symbol: "A\0B" }));
  },

  ERR_IBKR_FILE: () => thrownBy(() => parseCapture("raw server AAAA")),

  ERR_IBKR_JOURNAL_OPEN: () => thrownBy(() => journalIn("/no/such/folder")),

  ERR_IBKR_JOURNAL_LOCKED: () => {
    const folder = ownFolder();
    journalIn(folder);
    return thrownBy(() => journalIn(folder));
  },

  ERR_IBKR_JOURNAL_FOREIGN: () => {
    const folder = ownFolder();
    writeFileSync(join(folder, "orders-gateway_4002-1.000001.journal"), "somebody else's");
    return thrownBy(() => journalIn(folder));
  },

  ERR_IBKR_JOURNAL_WRITE: () => {
    const journal = journalIn(ownFolder());
    journal.close();
    return thrownBy(() => journal.cancelRequested(1, 1));
  },

  ERR_IBKR_RISK_LOCKED: () => {
    const folder = ownFolder();
    const lock = new StateLock(folder);
    try {
      return thrownBy(() => new StateLock(folder));
    } finally {
      lock.release();
    }
  },

  ERR_IBKR_RISK_PULLED_AGAIN: async () => {
    const folder = ownFolder();
    const kept = KeptRisk.open(new FakeCore(), { folder }, { isLive: false });
    try {
      pullLatch(folder, { reason: "again", operator: "bob" });
      return await thrownBy(() => kept.resume("mended", "ann"));
    } finally {
      await kept.close();
    }
  },

  ERR_IBKR_LISTEN: async () => {
    const { port } = await gatewayOf();
    return thrownBy(() => SimulatedGateway.start({ port }));
  },

  ERR_IBKR_SCENARIO: async () => {
    const scenario = { actions: [{ at: 0, cancel: { id: 4 } }] };
    const gateway = await SimulatedGateway.start({ scenario });
    return thrownBy(() => gateway.ended);
  },

  ERR_IBKR_HOST_NOT_ALLOWED: () => {
    const ib = client({ host: "127.0.0.1", port: 1, allowedHosts: ["10.0.0.0/8"] });
    return eventOf(ib, () => ib.connect());
  },

  ERR_IBKR_TLS: () => failureOf({}, { transport: "tls", handshakeTimeoutMs: 100 }),

  ERR_IBKR_CERTIFICATE: async () => {
    const { server, remove } = makeCertificates();
    const gateway = createServer({ cert: readFileSync(server.cert), key: readFileSync(server.key) });
    remove();
    await new Promise<void>((resolve) => gateway.listen(0, "127.0.0.1", resolve));
    ends.push(() => gateway.close());
    const ib = client({ port: (gateway.address() as AddressInfo).port, transport: "tls" });
    return eventOf(ib, () => ib.connect());
  },

  ERR_IBKR_ARM_TRANSPORT: async () => {
    const { port } = await gatewayOf();
    const transport = { kind: "custom", connect: () => connect(port, "127.0.0.1") } as const;
    const broker = new SessionBroker(new Session(resolveOptions({ port, transport })));
    ends.push(() => broker.close());
    await broker.connect();
    broker.feed.subscribe(
      { kind: "quotes", contract: CONTRACT },
      { refused: () => {} },
      { boardSlot: 0, conflateMs: 0, conflateTrades: false, policy: "backpressure" },
    );
    const when = { boardSlot: 0, field: "ask", op: "<=", price: 10 } as const;
    return thrownBy(() => broker.orders.prepareOrder(CONTRACT, ORDER).arm({ when }));
  },

  ERR_IBKR_NO_THREAD: outOfDescriptors,

  ERR_IBKR_NATIVE_MISSING: () => thrownByPackage((folder) => rmSync(join(folder, "build"))),

  ERR_IBKR_NATIVE_UNLOADABLE: () =>
    thrownByPackage((folder) => {
      rmSync(join(folder, "build"));
      mkdirSync(join(folder, "build/Release"), { recursive: true });
      writeFileSync(join(folder, "build/Release/ibkr_native.node"), "no binary at all");
    }),

  ERR_IBKR_NATIVE_LAYOUT: () =>
    thrownByPackage((folder) => {
      // Of the one file that the package loads from.
      const file = join(folder, "dist/pack.txt");
      const source = readFileSync(file, "latin1");
      const other = source.replace(/(exports\.SLOT_BYTES = )64\b/, "$165");
      expect(other).not.toBe(source);
      writeFileSync(file, other, "latin1");
    }),

  ERR_IBKR_SEAM: () =>
    thrownByPackage((folder) => {
      const stoqey = join(folder, "node_modules/@stoqey");
      rmSync(stoqey);
      cpSync(join(root, "node_modules/@stoqey"), stoqey, { recursive: true });
      const file = join(stoqey, "ib/package.json");
      const parsed = JSON.parse(readFileSync(file, "utf8")) as { version: string };
      writeFileSync(file, JSON.stringify({ ...parsed, version: "1.6.11" }));
    }),

  ERR_IBKR_NOT_SUPPORTED: () => thrownBy(() => client({}).disableUseV100Plus()),

  ERR_IBKR_CONNECT: async () => {
    const gateway = await ScriptedGateway.start();
    const { port } = gateway;
    await gateway.stop();
    const ib = client({ port });
    return eventOf(ib, () => ib.connect());
  },

  ERR_IBKR_HANDSHAKE: () => failureOf({ version: () => undefined }, { handshakeTimeoutMs: 50 }),

  ERR_IBKR_CONNECTION_LOST: async () => {
    const { ib, gateway } = await connected();
    return eventOf(ib, () => gateway.peer.socket.resetAndDestroy());
  },

  ERR_IBKR_SERVER_VERSION: () => failureOf({ version: 99 }),

  ERR_IBKR_FRAME_LENGTH: async () => {
    const { ib, gateway } = await connected();
    return eventOf(ib, () => gateway.peer.sendRaw(Buffer.alloc(4)));
  },

  ERR_IBKR_SEND_OVERFLOW: async () => {
    const { ib, gateway } = await connected();
    gateway.peer.socket.pause();
    const large = "x".repeat(8 * 1024 * 1024);
    const provoke = () => {
      // More than the 64 MiB that may wait, and what the system's buffers take.
      for (let i = 0; i < 12; i++) ib.replaceFA(i, 1, large);
    };
    // Those that were lost with it are told of first, with error 504 each.
    return eventOf(ib, provoke, ErrorCode.FAIL_SEND);
  },

  ERR_IBKR_SERVER_TOO_OLD: async () => {
    const { ib } = await connected({ version: 193 });
    return eventOf(ib, () => ib.reqCurrentTimeInMillis());
  },

  ERR_IBKR_NOT_SENT: () => {
    const ib = client({});
    return eventOf(ib, () => ib.placeOrder(7, CONTRACT, ORDER));
  },

  ERR_IBKR_ORDER_OVERTAKEN: async () => {
    const gateway = await gatewayOf({ version: 193 });
    const broker = new SessionBroker(new Session(resolveOptions({ port: gateway.port })));
    ends.push(() => broker.close());
    await broker.connect();
    const { id } = broker.feed.subscribe(
      { kind: "quotes", contract: CONTRACT },
      { refused: () => {} },
      { boardSlot: 0, conflateMs: 0, conflateTrades: false, policy: "backpressure" },
    );
    const early = broker.orders.nextOrderId();
    const when = { boardSlot: 0, field: "ask", op: "<=", price: 10 } as const;
    const armed = broker.orders.prepareOrder(CONTRACT, ORDER).arm({ when });
    gateway.peer.send(text(1, 6, id, 2, 9, 300, 0));
    await armed.ended;
    const told = new Promise<Found>((resolve) => {
      broker.on("orderError", (_, error) => resolve({ error }));
    });
    broker.orders.place(early, CONTRACT, ORDER);
    return told;
  },

  ERR_IBKR_ORDER_DENIED: async () => {
    const { ib } = await connected({}, { risk: {} });
    return eventOf(ib, () => ib.placeOrder(1, CONTRACT, ORDER), ErrorCode.NOT_CONNECTED);
  },

  ERR_IBKR_CANNOT_ARM: () => {
    const broker = new SessionBroker(new Session(resolveOptions({ port: 1 })));
    const when = { boardSlot: 0, field: "ask", op: "<=", price: 1 } as const;
    return thrownBy(() => broker.orders.prepareOrder(CONTRACT, ORDER).arm({ when }));
  },

  ERR_IBKR_READ_ONLY: async () => {
    const session = new Session({ ...resolveOptions({ port: 1 }), readOnly: true });
    const ib = ibApiOn(session);
    return eventOf(ib, () => ib.placeOrder(1, CONTRACT, ORDER));
  },

  ERR_IBKR_HISTORY_CHANGED: () => {
    const bars = [1, 2, 3].map((minute) => ({
      timeMs: minute * 60_000,
      open: 10,
      high: 10,
      low: 10,
      close: 10,
    }));
    const last = { ...bars[1], open: 20 };
    return thrownBy(() => joined(bars, 240_000, { startMs: 0, timeZone: "UTC", last }));
  },

  ERR_IBKR_TIMEOUT: async () => {
    const broker = await brokerOf({ version: () => undefined });
    return thrownBy(() => broker.connect({ timeoutMs: 20 }));
  },

  ERR_IBKR_BAD_MESSAGE: async () => {
    const { ib, gateway } = await connected();
    return eventOf(ib, () => gateway.peer.send(text(1, 6, "not a number")));
  },

  ERR_IBKR_UNKNOWN_MESSAGE: async () => {
    const { ib, gateway } = await connected();
    return eventOf(ib, () => gateway.peer.send(text(199, 1, 2)));
  },

  ERR_IBKR_GATEWAY: requestRefused(323, "Server error: cause - s"),
  ERR_IBKR_NO_SECURITY_DEFINITION: requestRefused(200, "No security definition has been found"),
  ERR_IBKR_INVALID_REQUEST: requestRefused(321, "Error validating request"),
  ERR_IBKR_DUPLICATE_ID: requestRefused(102),
  ERR_IBKR_PACING: requestRefused(162, "Historical Market Data Service error message:pacing violation"),
  ERR_IBKR_TOO_MANY: requestRefused(101),
  ERR_IBKR_NOT_SUBSCRIBED: requestRefused(354),
  ERR_IBKR_NO_DATA: requestRefused(
    162,
    "Historical Market Data Service error message:HMDS query returned no data",
  ),
  ERR_IBKR_NO_PERMISSION: requestRefused(203, "The security is not available or allowed for this account."),

  ERR_IBKR_COMPETING_SESSION: () =>
    thrownBy(() => Promise.reject(errorOfGateway(10_197, "competing session"))),
  ERR_IBKR_DATA_INTERRUPTED: () => thrownBy(() => Promise.reject(errorOfGateway(10_225, "bust event"))),

  ERR_IBKR_ORDER_REJECTED: orderRefused(201, "Order rejected - reason:the exchange is closed"),
  ERR_IBKR_INSUFFICIENT_FUNDS: orderRefused(201, "Order rejected - reason:insufficient funds"),
  ERR_IBKR_ORDER_CANCELLED: orderRefused(202, "Order Canceled - reason:"),
  ERR_IBKR_CANCEL_REFUSED: orderRefused(10_148, "OrderId 1 that needs to be cancelled cannot be cancelled"),
  ERR_IBKR_CHANGE_REFUSED: orderRefused(104, "Cannot modify a filled order."),

  ERR_IBKR_CLIENT_ID_IN_USE: async () => {
    const gateway = await SimulatedGateway.start();
    ends.push(() => gateway.stop());
    await ready(client({ port: gateway.port, clientId: 7 }));
    const second = new SessionBroker(new Session(resolveOptions({ port: gateway.port, clientId: 7 })));
    ends.push(() => second.close());
    return thrownBy(() => second.connect());
  },

  ERR_IBKR_UNKNOWN_CONTRACT: () => thrownBy(() => bookOf([]).qualify({ conId: 9 }, {})),

  ERR_IBKR_AMBIGUOUS_CONTRACT: () =>
    thrownBy(() => bookOf([{ conId: 1 }, { conId: 2 }]).qualify({ symbol: "A" }, {})),

  ERR_IBKR_UNKNOWN_OUTCOME: () => {
    const ticket = ticketOf();
    ticket.onWritten();
    ticket.onConnectionLost();
    ticket.onNotFound();
    return thrownBy(() => ticket.acknowledged());
  },

  ERR_IBKR_ORDER_OVER: () => {
    const ticket = ticketOf();
    ticket.onError(gatewayError(202));
    return thrownBy(() => ticket.cancel());
  },

  ERR_IBKR_INTERNAL: () => thrownBy(() => encodePayload(1, "NoSuchMessage" as "Order", {})),
};

/** Where the error is about something else than its code usually is. */
const SCOPES: Partial<Record<IBKRErrorCode, ErrorScope>> = { ERR_IBKR_NOT_SENT: "order" };

test.each(Object.keys(ERROR_CODES) as IBKRErrorCode[])(
  "%s can be brought about",
  async (code) => {
    if (code === "ERR_IBKR_CERTIFICATE" && !HAS_OPENSSL) {
      console.log(`skipped: ${code} (openssl is not installed, nothing makes a certificate)`);
      return;
    }
    const { error, number } = await PROVOCATIONS[code]();
    const { scope, retryable, ...entry } = ERROR_CODES[code];
    const name = code === "ERR_IBKR_ORDER_DENIED" ? "OrderDeniedError" : "IBKRError";
    expect(error).toMatchObject({ name, code, scope: SCOPES[code] ?? scope, retryable });
    expect((error as Error).message).not.toBe("");
    const numbers: readonly number[] = "numbers" in entry ? entry.numbers : [];
    if (number === undefined) expect(numbers).toEqual([]);
    else expect(numbers).toContain(number);
    // One fills the socket with 96 MB, which a busy machine takes its time for.
  },
  60_000,
);

test("provocations end with an IBKRError, not with something that looks like one", async () => {
  const { error } = await PROVOCATIONS.ERR_IBKR_NO_SECURITY_DEFINITION();
  expect(error).toBeInstanceOf(IBKRError);
  expect(error).toMatchObject({ gatewayCode: 200, gatewayText: expect.stringContaining("No security") });
});

/** Errors that nobody is given: they end in a message of the wire, or inside another error. */
const INNER: readonly [file: string, error: RegExp][] = [
  // Wrapped by readMessage in what names message and field.
  ["src/protocol/codec.ts", /new (?:Range)?Error\(/],
  // What a gateway said goes to listeners as stock has it: an Error beside the gateway's number.
  ["src/session/session.ts", /new Error\(error\)/],
  // The simulated gateway's answers to requests.
  ["src/sim/exchange/order-reject.ts", /class OrderReject extends Error/],
  ["src/sim/market/history-duration.ts", /class HistoryError extends Error/],
  ["src/sim/wire/dialect.ts", /class UnreadableRequest extends Error/],
  ["src/sim/wire/fields.ts", /class MalformedRequest extends Error/],
  ["src/sim/wire/framer.ts", /class FrameLengthError extends Error/],
];

/** The command line prints what went wrong; the dashboard's page runs in a browser. */
const OUTSIDE = ["src/cli/", "src/dashboard/page/", "src/domain/ibkr-error.ts"];

test("no error without a code leaves src", () => {
  const found: string[] = [];
  for (const file of sourcesBelow("src")) {
    if (OUTSIDE.some((place) => file.startsWith(place))) continue;
    for (const line of readFileSync(join(root, file), "utf8").split("\n")) {
      if (!/new (?:Range|Type|Syntax)?Error\(|extends (?:Range|Type|Syntax)?Error\b/.test(line)) continue;
      if (!INNER.some(([name, error]) => name === file && error.test(line)))
        found.push(`${file}: ${line.trim()}`);
    }
  }
  expect(found).toEqual([]);
});
