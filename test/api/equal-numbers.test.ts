import { afterEach, describe, expect, test, vi } from "vitest";
import { EventName, IBApi, IBApiNext, OrderAction, OrderType, SecType } from "../../src/index.js";
import { RequestIds } from "../../src/session/request-ids.js";
import { once, ready } from "../support/collect.js";
import { text } from "../support/frames.js";
import { ScriptedGateway } from "../support/scripted-gateway.js";

/** Errors bring one number for orders and requests: whose is it? */

const AAPL = { symbol: "AAPL", secType: SecType.STK, exchange: "SMART", currency: "USD" };
const ORDER = { action: OrderAction.BUY, orderType: OrderType.LMT, totalQuantity: 1, lmtPrice: 1 };
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const FIRST_REQUEST = 0x40000000;

let cleanup: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanup.reverse()) await step();
  cleanup = [];
});

async function connected() {
  const gateway = await ScriptedGateway.start();
  const next = new IBApiNext({ port: gateway.port, logger: silent });
  cleanup.push(
    () => gateway.stop(),
    () => void next.disconnect(),
  );
  next.connect(1);
  await gateway.until(() => gateway.peers.length > 0 && gateway.peer.received.length > 0);
  const errors: [code: number, reqId: number][] = [];
  next.error.subscribe(({ code, reqId }) => errors.push([code, reqId]));
  const sent = (message: string) =>
    gateway.until(() => gateway.peer.texts.some(([id]) => id === message), `message ${message}`);
  return { gateway, next, errors, sent };
}

const error = (id: number, code: number) => text(4, 2, id, code, `error ${code}`, "");

describe("an order's number and a request's", () => {
  test.each([200, 321, 10314, 502, 103, 201])(
    "a pending request ends with its own error %i, whatever order was placed meanwhile",
    async (code) => {
      const { gateway, next, sent } = await connected();
      const asked = next.getContractDetails(AAPL).catch((reason) => reason);
      await sent("9");
      next.placeOrder(1, AAPL, ORDER);
      await sent("3");
      gateway.peer.send(error(FIRST_REQUEST, code));
      expect(await asked).toMatchObject({ code, reqId: FIRST_REQUEST });
    },
  );

  test.each([10148, 10349, 10289, 387, 434, 463, 201, 202, 103, 110, 354])(
    "a subscription goes on after an order's error %i",
    async (code) => {
      const { gateway, next, errors, sent } = await connected();
      next.placeOrder(1, AAPL, ORDER);
      await sent("3");
      const seen: unknown[] = [];
      next.getMarketData(AAPL, "", false, false).subscribe({
        next: (update) => seen.push(update.all.get(4)?.value),
        error: (reason) => seen.push(`ended by ${reason.code}`),
      });
      await sent("1");
      gateway.peer.send(error(1, code), text(1, 6, FIRST_REQUEST, 4, 5.5, 1, 1));
      await vi.waitFor(() => expect(seen).toEqual([5.5, 5.5]));
      expect(errors).toEqual([[code, 1]]);
    },
  );

  test("a user of IBApi who chooses equal numbers gets the error as one event, as from stock", async () => {
    const gateway = await ScriptedGateway.start();
    const ib = new IBApi({ port: gateway.port });
    cleanup.push(
      () => gateway.stop(),
      () => void ib.disconnect(),
    );
    await ready(ib);
    ib.reqContractDetails(1, AAPL);
    ib.placeOrder(1, AAPL, ORDER);
    const told = once(ib, EventName.error);
    gateway.peer.send(error(1, 200));
    expect((await told).slice(1, 3)).toEqual([200, 1]);
  });
});

describe("numbers of requests", () => {
  test("none of them means unset, and they are used again only after all others", () => {
    const ids = new RequestIds();
    expect([ids.take(), ids.take()]).toEqual([0x40000000, 0x40000001]);
    expect([ids.wasTaken(0x40000001), ids.wasTaken(0x40000002), ids.wasTaken(1)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test("go where the account's order ids are not", async () => {
    const ids = new RequestIds();
    ids.take();
    ids.keepOffOrdersFrom(0x40000000 + 7);
    expect(ids.take()).toBe(0x60000000);
    ids.keepOffOrdersFrom(1_788_000_000); // seconds since 1970
    expect(ids.take()).toBe(0x40000001);
    ids.keepOffOrdersFrom(5);
    expect(ids.take()).toBe(0x40000002);
    expect([0x40000000, 0x60000000].map((id) => ids.wasTaken(id))).toEqual([true, true]);

    const { gateway, next, sent } = await connected();
    gateway.peer.send(text(9, 1, FIRST_REQUEST), text(49, 1, 1));
    await vi.waitFor(() => expect(next.nextReqId).toBeGreaterThanOrEqual(0x60000000));
    next.getContractDetails(AAPL).catch(() => {});
    await sent("9");
    expect(Number(gateway.peer.texts.find(([id]) => id === "9")?.[2])).toBeGreaterThan(0x60000000);
  });
});
