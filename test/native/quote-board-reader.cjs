// Reads a board that another thread writes, from the build. What it looks for: bid n, ask n + 1, sizes 2n and 3n.
const { parentPort, workerData } = require("node:worker_threads");
const { QuoteBoard } = require("../../dist/native/quote-board.js");
const layout = require("../../dist/native/layout.js");

const { handle, stop, once } = workerData;
const board = new QuoteBoard(handle);
const quote = board.view(1);
const values = new Float64Array(layout.BOARD_VALUES);
const fits = (bid, ask, bidSize, askSize) => ask === bid + 1 && bidSize === 2 * bid && askSize === 3 * bid;

/** One quote, however long its writer takes. */
function readOnce() {
  try {
    return { bid: quote.bid, ask: board.snapshot(1).ask };
  } catch (error) {
    return { code: error.code, message: error.message };
  }
}

/** Until told to stop. */
function readOn() {
  const found = { reads: 0, torn: 0, older: 0, changes: 0, wrong: 0 };
  let last = 0;
  for (let end = false; !end; found.reads++) {
    end = Atomics.load(stop, 0) === 1;
    board.read(1, values);
    const bid = values[layout.BOARD_BID];
    const sizes = [values[layout.BOARD_BID_SIZE], values[layout.BOARD_ASK_SIZE]];
    if (!fits(bid, values[layout.BOARD_ASK], ...sizes)) found.torn++;
    if (bid < last) found.older++;
    if (bid !== last) Atomics.store(stop, 1, ++found.changes);
    last = bid;
    const copy = board.snapshot(1);
    if (!fits(copy.bid, copy.ask, copy.bidSize, copy.askSize)) found.torn++;
    // One value by itself: half of one number and half of another would be none of them.
    const size = quote.askSize;
    if (!Number.isInteger(size) || size % 3 !== 0 || size < 3 * last) found.wrong++;
  }
  found.last = last;
  return found;
}

parentPort.postMessage("reads");
parentPort.postMessage(once ? readOnce() : readOn());
