"use strict";

/** The kinds of a tick: the ids of their messages. */
const TICK_PRICE = 1;
const TICK_SIZE = 2;

/** The price of a message that has none. */
const UNSET = Number.MAX_VALUE;

/** One tick, reused for every message: a handler copies what it wants to keep. */
class Tick {
  constructor() {
    this.kind = 0;
    this.reqId = 0;
    this.field = 0;
    // Doubles from the start, so that storing one never changes the object's shape or allocates.
    this.price = 0.5;
    this.size = 0.5;
    /** Attribute mask of a TICK_PRICE. */
    this.mask = 0;
  }
}

module.exports = { Tick, TICK_PRICE, TICK_SIZE, UNSET };
