import { afterEach, describe, expect, test } from "vitest";
import { EventName, IBApi, SecType } from "../../src/index.js";
import { listen, ready } from "../support/collect.js";
import { text } from "../support/frames.js";
import { ScriptedGateway } from "../support/scripted-gateway.js";

/** What a call cannot do without is named where it is missing, whichever way the call takes. */

const AAPL = { symbol: "AAPL", secType: SecType.STK, exchange: "SMART", currency: "USD" };
const BUY = { action: "BUY", orderType: "LMT", totalQuantity: 1, lmtPrice: 1, transmit: true };

let end: (() => Promise<void>) | undefined;
afterEach(() => end?.());

async function connected(version: number, sentEvents: boolean) {
  const gateway = await ScriptedGateway.start({ version });
  const ib = new IBApi({ port: gateway.port, maxReqPerSec: 1e9 });
  end = async () => {
    ib.disconnect();
    await gateway.stop();
  };
  await ready(ib);
  if (sentEvents) listen(ib, EventName.sent, () => {}); // by the general path
  await gateway.until(() => gateway.peer.received.length === 1);
  const errors: string[] = [];
  ib.on(EventName.error, (error, code, id) => errors.push(`${code} of ${id}: ${error.message}`));
  const place = ib.placeOrder.bind(ib) as (...args: unknown[]) => unknown;
  const cancel = ib.cancelOrder.bind(ib) as (...args: unknown[]) => unknown;
  /** Nothing was sent: the next frame is that of the time. */
  const nothingWasSent = async () => {
    ib.reqCurrentTime();
    await gateway.until(() => gateway.peer.received.length === 2);
    const frame = gateway.peer.received[1];
    expect(version < 200 ? frame.toString() : frame.readUInt32BE(0)).toEqual(
      version < 200 ? text(49, 1).toString() : 249,
    );
  };
  return { place, cancel, errors, nothingWasSent };
}

describe.each([100, 193, 213, 226])("at server version %i", (version) => {
  describe.each([false, true])("(sent events: %s)", (sentEvents) => {
    test.each([undefined, null, 5, "x", [[]], () => {}])(
      "an order or a contract that is %s",
      async (value) => {
        const { place, errors, nothingWasSent } = await connected(version, sentEvents);
        place(7, AAPL, value);
        place(8, value, BUY);
        expect(errors).toEqual([
          expect.stringMatching(/^509 of 7: placeOrder.*: order is .* \(allowed: an object\)/),
          expect.stringMatching(/^509 of 8: placeOrder.*: contract is .* \(allowed: an object\)/),
        ]);
        await nothingWasSent();
      },
    );

    test.each([undefined, null, "", " ", "first", Number.NaN, 1.5, 2 ** 31, {}])(
      "an order id that is %o",
      async (id) => {
        const { place, cancel, errors, nothingWasSent } = await connected(version, sentEvents);
        place(id, AAPL, BUY);
        cancel(id);
        const shown = expect.stringMatching(
          /^509 of .*(place|cancel)Order.*: (orderId|argument 1) is .*allowed: /,
        );
        expect(errors).toEqual([shown, shown]);
        await nothingWasSent();
      },
    );
  });
});
