"use strict";
// How another thread reads a quote board: `read(i)` writes the quote of symbol i into one object, used again.

const { BOARD, QUOTE } = require("../control/stream.cjs");

const emptyQuote = () => ({
  bid: 0.5,
  ask: 0.5,
  last: 0.5,
  bidSize: 0.5,
  askSize: 0.5,
  lastSize: 0.5,
  volume: 0.5,
});

/** The rival's board, written without a lock: what it reads may be torn. */
function rivalBoard({ memory, symbols }) {
  const board = new Float64Array(memory);
  const quote = emptyQuote();
  return {
    symbols,
    read(i) {
      const at = (i + 1) * QUOTE;
      quote.bid = board[at + BOARD.bid];
      quote.ask = board[at + BOARD.ask];
      quote.last = board[at + BOARD.last];
      quote.bidSize = board[at + BOARD.bidSize];
      quote.askSize = board[at + BOARD.askSize];
      quote.lastSize = board[at + BOARD.lastSize];
      quote.volume = board[at + BOARD.volume];
      return quote;
    },
  };
}

/**
 * Ours: what a worker makes of the handle of `feed.board`. `openBoard(handle)` of dist/native/board.js gives an object with
 * `read(slot, into)`, which writes the values of one instant into `into`.
 */
function ourBoard({ handle, symbols, dist }) {
  const { openBoard } = require(`${dist}/native/board.js`);
  const board = openBoard(handle);
  const quote = emptyQuote();
  return { symbols, read: (i) => board.read(i, quote) };
}

const READERS = { ours: ourBoard, rival: rivalBoard };

module.exports = { openBoard: (source) => READERS[source.reader](source) };
