// A program whose disk is full now and then, for test/orders/full-disk.test.ts: connects to a gateway, places brackets and
// single orders until its journal cannot be written, makes room for some records, and goes on. FOLDER is a small disk of
// its own. usage: node full-disk-child.cjs JSON with port, folder, rounds, version; says one line of JSON at the end.
const { closeSync, ftruncateSync, openSync, statfsSync, writeSync } = require("node:fs");
const { join } = require("node:path");

const { connectOrders } = require(join(__dirname, "../../dist/connect/connected-orders.js"));

const { port, folder, rounds, version } = JSON.parse(process.argv[2]);
const AAPL = { symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" };
const FAR = { action: "BUY", totalQuantity: 10, orderType: "LMT", lmtPrice: 1, tif: "DAY" };
const PROFIT = { action: "SELL", totalQuantity: 10, orderType: "LMT", lmtPrice: 1000, tif: "DAY" };
const LOSS = { action: "SELL", totalQuantity: 10, orderType: "STP", auxPrice: 0.5, tif: "DAY" };
const PAGE = 4096;

async function main() {
  const connected = await connectOrders({
    host: "127.0.0.1",
    port,
    clientId: 1,
    maxServerVersion: version,
    maxReqPerSec: 10_001,
    prefix: "full",
    journal: { folder, fsync: "never" },
  });
  const { tracker } = connected;
  const filler = openSync(join(folder, "filler"), "w");
  let bytes = 0;
  const fill = () => {
    const page = Buffer.alloc(PAGE, 1);
    for (;;) {
      try {
        bytes += writeSync(filler, page, 0, PAGE, bytes);
      } catch (error) {
        if (error.code === "ENOSPC") return;
        throw error;
      }
    }
  };
  const groups = [];
  let pages = 0;
  for (let round = 0; round < rounds; round++) {
    fill();
    // Room for a few records.
    bytes -= PAGE;
    ftruncateSync(filler, bytes);
    for (let refused = 0; refused < 2; ) {
      const parts =
        groups.length % 5 === 4
          ? [tracker.placeOrder(AAPL, FAR)]
          : tracker.placeBracket(AAPL, FAR, [PROFIT, LOSS]).parts;
      groups.push(parts);
      if (parts.some(({ error }) => error?.code === "ERR_IBKR_JOURNAL_WRITE")) refused++;
      // What becomes of the orders wants its place, too.
      await new Promise(setImmediate);
    }
    pages += statfsSync(folder).bfree;
  }
  // There is room again.
  ftruncateSync(filler, 0);
  closeSync(filler);
  const last = tracker.placeBracket(AAPL, FAR, [PROFIT, LOSS]).parts;
  groups.push(last);
  for (const ticket of last) await ticket.acknowledged();
  const told = groups.map((parts) =>
    parts.map(({ orderRef, status, error }) => ({
      orderRef,
      status,
      code: error?.code,
      message: error?.message,
    })),
  );
  writeSync(1, `${JSON.stringify({ groups: told, pages, journalError: connected.journalError?.message })}\n`);
  await connected.close().catch(() => {});
  process.exit(0);
}

main().catch((error) => {
  writeSync(2, `${error?.stack ?? error}\n`);
  process.exit(1);
});
