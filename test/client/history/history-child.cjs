// Loads a history into a file until it is killed, by the clock of the process that started it: what it is to load, as JSON.
const { join } = require("node:path");

const dist = join(__dirname, "../../../dist");
const { resolveOptions } = require(join(dist, "api/options.js"));
const { HistoryDownload, HistoryPacer } = require(join(dist, "client/history/index.js"));
const { SessionBroker } = require(join(dist, "session/broker/session-broker.js"));
const { Session } = require(join(dist, "session/session.js"));
const { sessionsBetween } = require(join(dist, "time/calendar.js"));
const { parseIBTime } = require(join(dist, "time/ib-time.js"));
const { US_STOCK_HOURS } = require(join(dist, "time/us-stock-hours.js"));

const { port, clientId, resume, options, nowMs } = JSON.parse(process.argv[2]);
const contract = { symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" };

/** Waits by asking the other process to let its clock go on; a limit, which is longer than any wait, never comes. */
const clock = {
  time: nowMs,
  waiting: [],
  now: () => clock.time,
  every: () => {
    throw new Error("nothing here repeats");
  },
  after: (ms, run) => {
    let isStopped = false;
    if (ms < 700_000) {
      clock.waiting.push(() => {
        if (!isStopped) run();
      });
      process.send(ms);
    }
    return {
      stop: () => {
        isStopped = true;
      },
    };
  },
};
process.on("message", (time) => {
  clock.time = time;
  clock.waiting.shift()();
});

(async () => {
  const broker = new SessionBroker(new Session(resolveOptions({ port, clientId, maxReqPerSec: 1e9 })));
  await broker.connect();
  const source = {
    get state() {
      return broker.state;
    },
    on: (event, listener) => broker.on(event, listener),
    lookups: {
      contractDetails: (...args) => broker.lookups.contractDetails(...args),
      history: (...args) => broker.lookups.history(...args),
      schedule: async ({ endDateTime, duration, regularHoursOnly }) => {
        const end = parseIBTime(endDateTime) / 1000;
        const from = end - Number.parseInt(duration, 10) * 86_400;
        const sessions = sessionsBetween(US_STOCK_HOURS, regularHoursOnly, from, end);
        return {
          sessions: sessions.map(({ open, close }) => ({ openMs: open * 1000, closeMs: close * 1000 })),
        };
      },
    },
  };
  const pacer = new HistoryPacer({ clock });
  for await (const _chunk of new HistoryDownload(source, pacer, contract, { ...options, resume })) {
    // It is in the file.
  }
  await broker.close();
  process.disconnect();
})().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
