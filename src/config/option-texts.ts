/** The unit of an option, where it has one, and what it means: for docs/configuration.md and the schema of editors. */
export type OptionText = readonly [unit: string, meaning: string];

/** Groups of options, as a page shows them. */
export const OPTION_TEXTS: Readonly<Record<string, Readonly<Record<string, OptionText>>>> = {
  "What is connected to": {
    environment: ["", "paper trading, real money, or a simulated gateway of its own"],
    host: ["", "where the gateway is; nothing of a simulation"],
    port: ["", "its port; nothing of a simulation"],
    allowedHosts: [
      "",
      "addresses, ranges and names that may be connected to; undefined: all. A simulation is not asked for it",
    ],
    clientId: ["", "one for each connection to a gateway"],
    account: [
      "",
      "the account that the client is of, and that orders are for which name none; undefined: the first of the login",
    ],
    confirmLive: ["", 'with `environment: "live"`: yes, this is about real money; no variable says it'],
    readOnly: ["", "only what reads leaves: orders, cancels and exercises end with `ERR_IBKR_READ_ONLY`"],
    "features.protobuf": ["", "speak protobuf with gateways that know it; false: text alone"],
  },
  "How fast": {
    profile: ["", "where values come from that are the profile's"],
    conflateMs: ["ms", "the newest value of each field, at most once in so much time; 0: every tick"],
    batchMs: ["ms", "how often batches come, at the most; 0: once per read of the socket"],
    readMode: ["", "who reads the socket: the event loop, the event loop without sleep, a thread"],
    ringCapacity: ["slots of 64 bytes", "size of the ring between the core and JavaScript"],
    keepWarmMs: ["ms", "how long between two rehearsals of the way of an order; 0: none"],
    ringPolicy: ["", "what a full ring does to ticks"],
    stallMicros: ["µs", "how long bytes may wait for a busy loop before the guard thread reads them"],
    guardNice: ["nice value", "priority of the guard thread; undefined: the process's"],
    receiveBufferBytes: ["bytes", "SO_RCVBUF; 0: the system's"],
    sendBufferBytes: ["bytes", "SO_SNDBUF; 0: the system's"],
    maxReqPerSec: ["messages a second", "cancels go first, then orders, then data; above 10,000: no limit"],
    maxServerVersion: ["", "the newest version of the protocol to offer"],
  },
  "How long": {
    timeoutMs: ["ms", "how long connecting may take, positions and accounts included"],
    requestTimeoutMs: ["ms", "how long a call may take that does not say"],
    connectTimeoutMs: ["ms", "how long TCP may take to connect, for each address of the host"],
    handshakeTimeoutMs: ["ms", "how long the gateway may take to answer the handshake"],
    reconnectFirstMs: [
      "ms",
      "how long it waits before the first attempt to connect again; each further wait is twice as long",
    ],
    reconnectMostMs: ["ms", "the longest wait between two attempts"],
    clientIdWaitMs: ["ms", "the shortest wait where another connection has the client id"],
    reconcileTimeoutMs: ["ms", "how long the answers that reconciliation asks for may take together"],
    commissionTimeoutMs: ["ms", "how long an ended order waits for executions and commissions"],
    silenceMs: [
      "ms",
      "how long a subscription may be without data, while others have some, before it is asked for again; 0: never, or 1,000 and more",
    ],
    retryMs: ["ms", "how long until what a competing session took is asked for again"],
  },
  "Market data and caches": {
    lines: ["", "market data lines of the login"],
    tickByTickLines: ["", "tick-by-tick requests at once"],
    depthLines: ["", "order books at once"],
    "live.positions": ["", "positions of all accounts are kept up to date from the start"],
    "live.account": ["", "summaries of all accounts are kept up to date from the start"],
    "live.pnl": ["", "profit and loss of the account is kept up to date from the start"],
  },
  "Orders on record": {
    prefix: ["", "what `orderRef`s begin with"],
    username: ["", "the login's name, where it is known: orders of others are told apart by it"],
    "journal.folder": [
      "",
      "the journal's folder, which has to be there; `journal: FOLDER` is the same; undefined: no journal",
    ],
    "journal.fsync": ["", "when a record outlives a failure of power"],
    "journal.fsyncIntervalMs": [
      "ms",
      "of `interval`: what a failure of power takes is what was written since",
    ],
    "journal.rotateBytes": ["bytes", "a new file is begun when one has as many"],
    "journal.keepFiles": ["", "files that are not needed any more and kept for people"],
    "journal.keepMs": ["ms", "how long orders that are over are carried over"],
  },
  "The risk gate": {
    risk: ["", "what orders may do, [risk.md](risk.md); undefined: there is no gate"],
  },
  "What is logged": {
    logLevel: [
      "",
      "the level of the logger that `config.setupLogging()` makes; without that call nothing is logged",
    ],
    "logging.connection": [
      "",
      "the least that is said of the connection: its states, faults, the gateway's codes",
    ],
    "logging.orders": ["", "the least that is said of orders, executions and what was refused"],
    "logging.operations": ["", "the least that is said of calls: failed ones are `warn`, others `debug`"],
    "logging.data": ["", "the least that is said of subscriptions"],
    "wireLog.file": [
      "",
      "every frame of the connection, both ways, is written there, account ids masked; undefined: nowhere",
    ],
    "wireLog.maxBytes": ["bytes", "a file is no larger: then it becomes `FILE.1`, and another one is begun"],
    "wireLog.maxFiles": ["", "files at once, the newest included"],
  },
  Simulation: {
    "simulation.seed": ["", "seed of everything random"],
    "simulation.replay": ["", "the tick file that moves its symbols in place of the walk"],
    "simulation.speed": [
      "seconds a second",
      "how fast its market is, on a clock of its own; the same seed is then the same event log. Undefined: the machine's clock",
    ],
  },
};
