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

/** Ours, as any worker reads it that was given the handle of `feed.board`. */
function ourBoard({ handle, symbols, dist }) {
  const { QuoteBoard } = require(`${dist}/native/quote-board.js`);
  const layout = require(`${dist}/native/layout.js`);
  const board = new QuoteBoard(handle);
  const values = new Float64Array(layout.BOARD_VALUES);
  const quote = emptyQuote();
  return {
    symbols,
    read(i) {
      board.read(i, values);
      quote.bid = values[layout.BOARD_BID];
      quote.ask = values[layout.BOARD_ASK];
      quote.last = values[layout.BOARD_LAST];
      quote.bidSize = values[layout.BOARD_BID_SIZE];
      quote.askSize = values[layout.BOARD_ASK_SIZE];
      quote.lastSize = values[layout.BOARD_LAST_SIZE];
      quote.volume = values[layout.BOARD_VOLUME];
      return quote;
    },
  };
}

const READERS = { ours: ourBoard, rival: rivalBoard };

module.exports = { openBoard: (source) => READERS[source.reader](source) };
