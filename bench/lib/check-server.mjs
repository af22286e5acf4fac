// The gateway of the check: sends given frames cut at random places, and keeps the orders it gets.

import net from "node:net";
import { encodeInteger, encodeString, protobufFrame, seeded, textFrame } from "./sample-ticks.mjs";

const START_API = 71;
const MARKET_DATA = 1;
const PLACE_ORDER = 3;

/** Cuts bytes into pieces of 1 to about 3,000 bytes, mostly small ones. */
function* pieces(bytes, random) {
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + random(random(3) ? 60 : 3000);
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

/**
 * Serves one client: { port, order, close } where `order` resolves to the body of its PLACE_ORDER.
 * @param frames what to send after its first market-data request
 */
export async function serveOnce({ protobuf, frames, seed }) {
  const random = seeded(seed);
  let gotOrder;
  const order = new Promise((resolve) => {
    gotOrder = resolve;
  });
  const server = net.createServer((socket) => {
    server.close();
    socket.setNoDelay(true);
    socket.on("error", () => {});
    let input = Buffer.alloc(0);
    let greeted = false;
    const sendTicks = async () => {
      for (const piece of pieces(Buffer.concat(frames), random)) {
        socket.write(piece);
        // Let the client read now and then, so that the cuts stay cuts.
        if (random(4) === 0) await new Promise(setImmediate);
      }
      socket.write(protobuf ? protobufFrame(57, encodeInteger(1, 1)) : textFrame(57, 1, 1));
    };
    const answer = (id, body) => {
      if (id === START_API && protobuf)
        socket.write(
          Buffer.concat([
            protobufFrame(15, encodeString(1, "DU1234567")),
            protobufFrame(9, encodeInteger(1, 1)),
          ]),
        );
      else if (id === START_API)
        socket.write(Buffer.concat([textFrame(15, 1, "DU1234567"), textFrame(9, 1, 1)]));
      else if (id === MARKET_DATA) sendTicks();
      else if (id === PLACE_ORDER) gotOrder(body);
    };
    socket.on("data", (chunk) => {
      input = Buffer.concat([input, chunk]);
      if (!greeted) {
        if (input.length < 8 || input.length < 8 + input.readUInt32BE(4)) return;
        input = input.subarray(8 + input.readUInt32BE(4));
        greeted = true;
        socket.write(textFrame(protobuf ? 225 : 193, "20260102 09:30:00 UTC"));
      }
      while (input.length >= 4 && input.length >= 4 + input.readUInt32BE(0)) {
        const body = input.subarray(4, 4 + input.readUInt32BE(0));
        if (body.length < 4) {
          socket.destroy(new Error(`a request of ${body.length} bytes`));
          return;
        }
        input = input.subarray(4 + body.length);
        answer(protobuf ? body.readUInt32BE(0) - 200 : Number.parseInt(body.latin1Slice(), 10), body);
      }
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: server.address().port, order, close: () => server.close() };
}
