"use strict";
// Counters of the flood handlers: what a handler adds up shows afterwards that it saw every value. A typed array,
// because storing a double there never allocates.

const EVENTS = 0; // calls of handlers
const PRICES = 1; // of these, prices
const PRICE_SUM = 2;
const SIZE_SUM = 3;
const ID_SUM = 4; // request ids of prices

const newSums = () => new Float64Array(5);

const sumsToJson = (s) => ({
  events: s[EVENTS],
  prices: s[PRICES],
  priceSum: s[PRICE_SUM],
  sizeSum: s[SIZE_SUM],
  idSum: s[ID_SUM],
});

module.exports = { EVENTS, ID_SUM, PRICES, PRICE_SUM, SIZE_SUM, newSums, sumsToJson };
