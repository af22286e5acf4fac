// Stands in for our compiled package in harness.test.ts: stock's classes, extended by a count of their instances. The
// test gives `standIn` as a global.
const stock = require("@stoqey/ib");

class IBApi extends stock.IBApi {
  constructor(...args) {
    super(...args);
    standIn.push("IBApi");
  }
}

class IBApiNext extends stock.IBApiNext {
  constructor(...args) {
    super(...args);
    standIn.push("IBApiNext");
  }
}

module.exports = { ...stock, IBApi, IBApiNext, default: IBApi };
