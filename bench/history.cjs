// Loop time of one large HISTORICAL_DATA, from the pump's call to the last event; a cold process each.
// usage: node bench/history.cjs [BARS=40000] [SERVER_VERSION=193|225]; needs dist/; prints one JSON line.
const net = require("node:net");
const path = require("node:path");

const { IBApi, EventName } = require(path.join(__dirname, "../dist/index.js"));
const { encodePayload } = require(path.join(__dirname, "../dist/protocol/codec.js"));

const bars = Number(process.argv[2] ?? 40_000);
const version = Number(process.argv[3] ?? 193);
const protobuf = version >= 213;

function framed(body) {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length);
  return Buffer.concat([head, body]);
}
const text = (fields) => framed(Buffer.from(fields.map((f) => `${f}\0`).join("")));
const message = (rawId, name, value) => framed(Buffer.from(encodePayload(rawId, name, value)));

/** The answer to reqHistoricalData, and a CURRENT_TIME behind it that tells when all of it was delivered. */
function history() {
  const prices = (i) => [100 + i / 100, 101 + i / 100, 99 + i / 100, 100.5 + i / 100];
  if (!protobuf) {
    const fields = [17, 1, "20260101", "20261122", bars];
    for (let i = 0; i < bars; i++) fields.push("20260101 09:30:00", ...prices(i), 1234, 100.25, 17);
    return Buffer.concat([text(fields), text([49, 1, 1])]);
  }
  const historicalDataBars = Array.from({ length: bars }, (_, i) => {
    const [open, high, low, close] = prices(i);
    return { date: "20260101 09:30:00", open, high, low, close, volume: "1234", WAP: "100.25", barCount: 17 };
  });
  return Buffer.concat([
    message(217, "HistoricalData", { reqId: 1, historicalDataBars }),
    message(308, "HistoricalDataEnd", { reqId: 1, startDateStr: "20260101", endDateStr: "20261122" }),
    message(249, "CurrentTime", { currentTime: 1 }),
  ]);
}

const answer = history();
const server = net.createServer((socket) => {
  let step = 0;
  socket.on("error", () => {});
  socket.on("data", () => {
    step++;
    if (step === 1) socket.write(text([version, "20261122 10:00:00 UTC"]));
    if (step === 2) socket.write(protobuf ? message(209, "NextValidId", { orderId: 1 }) : text([9, 1, 1]));
    if (step === 3) socket.write(answer);
  });
});
server.listen(0, "127.0.0.1", () => {
  const ib = new IBApi({ port: server.address().port });
  let events = 0;
  let longest = 0;
  const { controller } = ib;
  const cold = controller.cold.bind(controller);
  controller.cold = (id, isProtobuf, payload) => {
    const start = process.hrtime.bigint();
    cold(id, isProtobuf, payload);
    longest = Math.max(longest, Number(process.hrtime.bigint() - start) / 1e6);
  };
  ib.on(EventName.historicalData, () => events++);
  ib.on(EventName.currentTime, () => {
    console.log(JSON.stringify({ version, bars, events, loopMs: Number(longest.toFixed(1)) }));
    ib.disconnect();
    server.close();
  });
  ib.once(EventName.nextValidId, () => {
    ib.reqHistoricalData(1, { symbol: "AAPL" }, "", "1 Y", "1 min", "TRADES", 1, 1, false);
  });
  ib.connect();
});
