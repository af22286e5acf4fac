// Writes intents and says the id of each once its call has returned, until it is killed or the disk is full:
// FOLDER, and the id before the first.
const { writeSync } = require("node:fs");
const { join } = require("node:path");

const { OrderJournal } = require(join(__dirname, "../../dist/orders/journal.js"));

const [, , folder, last] = process.argv;
const journal = new OrderJournal({ folder, endpoint: "127.0.0.1:4002", clientId: 7 });
try {
  for (let id = Number(last) + 1; ; id++) {
    journal.intent(id, id, { orderRef: `acme:${id}`, symbol: "AAPL", quantity: 100, limitPrice: 187.25 });
    writeSync(1, `${id}\n`);
  }
} catch (error) {
  writeSync(2, `${error.code} ${error.message}\n`);
  process.exit(3);
}
