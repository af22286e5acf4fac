"use strict";
const { BOARD, ControlStream, QUOTE } = require("../control/stream.cjs");
const { run } = require("./main.cjs");
const scenarios = require("./stream-scenarios.cjs");

/** Drives the rival of the data stream; the methods are those of StreamDriver in stream.cjs. */
class RivalDriver {
  constructor(spec) {
    const { connections, symbols } = spec;
    this.streams = Array.from({ length: connections }, (_, i) => {
      const share = Math.floor(symbols / connections) + (i < symbols % connections ? 1 : 0);
      return { stream: new ControlStream({ ...spec, symbols: share }), symbols: share };
    });
    let first = 0;
    for (const one of this.streams) {
      one.stream.first = first - 1; // ids begin at 1
      first += one.symbols;
    }
  }

  async open() {
    for (const { stream } of this.streams) {
      await stream.open();
      stream.client.on("error", (error) => {
        process.stderr.write(`${error.message}\n`);
        process.exit(1);
      });
    }
  }

  subscribe() {
    for (const { stream, symbols } of this.streams)
      for (let id = 1; id <= symbols; id++) stream.client.reqMktData(id, `S${stream.first + id}`);
  }

  onBatch(handler) {
    for (const { stream } of this.streams) stream.onBatch(handler);
  }

  /** Which symbol, counted from 0, a record of a batch is of. */
  symbol(batch, i, stream) {
    return stream.first + batch.reqId(i);
  }

  totals() {
    const sum = { received: 0, delivered: 0, conflated: 0, filtered: 0, dropped: 0 };
    for (const { stream } of this.streams)
      for (const [name, value] of Object.entries(stream.totals())) sum[name] += value;
    return sum;
  }

  barTicks() {
    const all = this.streams.map(({ stream }) => stream.barTicks());
    return all[0].map((_, size) => all.reduce((sum, one) => sum + one[size], 0));
  }

  /** The prices, sizes and volume of each quote. */
  quotes() {
    return this.streams.flatMap(({ stream, symbols }) =>
      Array.from({ length: symbols }, (_, i) => {
        const at = (name) => stream.board[(i + 1) * QUOTE + BOARD[name]];
        return { bid: at("bid"), ask: at("ask"), last: at("last"), volume: at("volume") };
      }),
    );
  }

  /** What `board-worker.cjs` needs to read the board. */
  boardSource() {
    const [{ stream, symbols }] = this.streams;
    return { reader: "rival", memory: stream.memory, symbols };
  }

  close() {
    for (const { stream } of this.streams) stream.close();
  }
}

run((spec) => new RivalDriver(spec), scenarios);
