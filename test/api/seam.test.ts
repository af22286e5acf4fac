import { EventName, type IBApiNextCreationOptions } from "@stoqey/ib";
import { describe, expect, test } from "vitest";
import {
  CONTROLLER_MEMBERS,
  checkSeam,
  DECODER_MEMBERS,
  INSTALLED_STOCK,
  insidesOf,
  type NextInsides,
  type Stock,
  seamFaults,
} from "../../src/api/seam.js";
import { ENCODER_INTERNALS } from "../../src/dialect/text/text-requests.js";

/** A stock that differs from the installed one in something. */
const doctored = (change: Partial<Stock>): Stock => ({ ...INSTALLED_STOCK, ...change });

type Class = new (...args: never[]) => object;

/** A class without a method of the prototype. */
function without<C extends Class>(base: C, member: string): C {
  const changed = class extends (base as unknown as new (...args: unknown[]) => object) {};
  for (const name of Object.getOwnPropertyNames(base.prototype)) {
    if (name === "constructor" || name === member) continue;
    const descriptor = Object.getOwnPropertyDescriptor(base.prototype, name) as PropertyDescriptor;
    Object.defineProperty(changed.prototype, name, descriptor);
  }
  Object.setPrototypeOf(changed.prototype, Object.getPrototypeOf(base.prototype));
  return changed as unknown as C;
}

/** A class whose new objects are changed by `change`. */
function changing<C extends Class>(base: C, change: (made: InstanceType<C>) => void): C {
  return class extends (base as unknown as new (...args: unknown[]) => object) {
    constructor(...args: unknown[]) {
      super(...args);
      change(this as InstanceType<C>);
    }
  } as unknown as C;
}

const next = (change: (insides: NextInsides) => void): Partial<Stock> => ({
  IBApiNext: changing(INSTALLED_STOCK.IBApiNext, (made) => change(insidesOf(made))),
});

test("the installed stock has no fault, and passes as often as it is asked", () => {
  expect(seamFaults(INSTALLED_STOCK)).toEqual([]);
  expect(() => checkSeam()).not.toThrow();
  expect(() => checkSeam()).not.toThrow();
});

test("another version is a fault, even where nothing else is", () => {
  expect(seamFaults(doctored({ version: "1.6.11" }))).toEqual(["version 1.6.11 is installed"]);
});

describe("each private member that is missing is a fault that names it", () => {
  test.each(Object.keys(DECODER_MEMBERS))("Decoder.%s", (member) => {
    const Decoder =
      member === "emitQueue"
        ? changing(INSTALLED_STOCK.Decoder, (made) => Reflect.deleteProperty(made, "emitQueue"))
        : without(INSTALLED_STOCK.Decoder, member);
    expect(seamFaults(doctored({ Decoder })).join("\n")).toContain(`Decoder.${member} is missing`);
  });

  test.each([...ENCODER_INTERNALS].filter((name) => name !== "constructor"))("Encoder.%s", (member) => {
    const Encoder = without(INSTALLED_STOCK.Encoder, member);
    expect(seamFaults(doctored({ Encoder })).join("\n")).toContain(`Encoder.${member} is missing`);
  });

  test.each(["placeOrder", "cancelOrder"])("Encoder.%s", (member) => {
    const Encoder = without(INSTALLED_STOCK.Encoder, member);
    expect(seamFaults(doctored({ Encoder }))).toEqual([`Encoder.${member} is missing`]);
  });

  test.each(Object.keys(CONTROLLER_MEMBERS))("IBApi.controller.%s", (member) => {
    const IBApi = changing(INSTALLED_STOCK.IBApi, (made) => {
      const insides = made as unknown as { controller: object };
      insides.controller = new Proxy(insides.controller, {
        has: (target, key) => key !== member && Reflect.has(target, key),
      });
    });
    expect(seamFaults(doctored({ IBApi }))).toEqual([`IBApi.controller.${member} is missing`]);
  });

  test.each(["api", "subscriptions"] as const)("IBApiNext.%s", (member) => {
    const change = next((insides) => Reflect.deleteProperty(insides, member));
    expect(seamFaults(doctored(change))).toEqual([`IBApiNext.${member} is missing`]);
  });

  test.each<[string, (insides: NextInsides) => void]>([
    ["watchdogInterval", ({ api }) => Reflect.deleteProperty(api, "watchdogInterval")],
    ["lastDataIngressTm", ({ api }) => Object.defineProperty(api, "lastDataIngressTm", { set() {} })],
    ["connectionWatchdogTimeout", ({ api }) => Object.assign(api, { runWatchdog: () => {} })],
    ["runWatchdog", ({ api }) => Object.assign(api, { runWatchdog: undefined })],
    ["onDisconnected", ({ api }) => Object.assign(api, { onDisconnected: undefined })],
  ])("IBApiNext.api.%s", (member, change) => {
    expect(seamFaults(doctored(next(change))).join("\n")).toContain(member);
  });
});

describe("a member that stock no longer uses as it did is a fault", () => {
  test("Decoder: fields that do not come from readStr, events that do not go to emitQueue", () => {
    class Deaf extends INSTALLED_STOCK.Decoder {
      override processMsg(): void {}
    }
    expect(seamFaults(doctored({ Decoder: Deaf as unknown as Stock["Decoder"] }))).toEqual([
      "Decoder.processMsg does not read by readStr and emit into emitQueue",
    ]);
  });

  test("UnderrunError", () => {
    const UnderrunError = class {} as unknown as Stock["UnderrunError"];
    expect(seamFaults(doctored({ UnderrunError }))).toEqual(["UnderrunError is no Error"]);
  });

  test("Encoder", () => {
    class Mute extends INSTALLED_STOCK.Encoder {
      override reqCurrentTime(): void {}
    }
    expect(seamFaults(doctored({ Encoder: Mute }))).toEqual(["Encoder does not send by sendMsg"]);
  });

  test.each([
    ["controller.serverVersion", { serverVersion: { get: () => 0 } }],
    ["controller.connected", { isConnected: { get: () => false } }],
    ["controller.disableUseV100Plus", { disableUseV100Plus: { value: () => {} } }],
    ["controller.connect", { connect: { value: () => {} } }],
    ["controller.disconnect", { disconnect: { value: () => {} } }],
    ["controller.schedule", { reqCurrentTime: { value: () => {} } }],
    ["controller.encoder", { reqCurrentTime: { value: () => {} } }],
  ])("IBApi that does not use %s", (member, properties) => {
    const IBApi = changing(INSTALLED_STOCK.IBApi, (made) => Object.defineProperties(made, properties));
    expect(seamFaults(doctored({ IBApi })).join("\n")).toContain(member);
  });

  test.each<[string, (insides: NextInsides) => void]>([
    ["does not listen to received once", ({ api }) => api.removeAllListeners(EventName.received)],
    ["runWatchdog is not called on connected", ({ api }) => api.removeAllListeners(EventName.connected)],
    [
      "onDisconnected is not called on disconnected",
      ({ api }) => api.removeAllListeners(EventName.disconnected),
    ],
    [
      "onDisconnected does not end connectionWatchdogTimeout",
      ({ api }) => Object.assign(api, { stopWatchdog: () => {} }),
    ],
    [
      "nextReqId is missing",
      (insides) => Object.defineProperty(insides, "nextReqId", { value: undefined, configurable: true }),
    ],
    [
      "do not take their numbers from nextReqId",
      ({ subscriptions }) =>
        Object.assign(subscriptions, { register: () => ({ subscribe: () => ({ unsubscribe() {} }) }) }),
    ],
    [
      "cannot be made anew",
      ({ subscriptions }) => Object.assign(subscriptions.entries, { [Symbol.iterator]: () => [].values() }),
    ],
  ])("IBApiNext: %s", (fault, change) => {
    expect(seamFaults(doctored(next(change))).join("\n")).toContain(fault);
  });

  test("a class that cannot even be made", () => {
    class Broken {
      constructor(_options?: IBApiNextCreationOptions) {
        throw new Error("no such thing");
      }
    }
    const IBApiNext = Broken as unknown as Stock["IBApiNext"];
    expect(seamFaults(doctored({ IBApiNext }))).toEqual(["IBApiNext throws Error: no such thing"]);
  });
});

test("faults are thrown as ERR_IBKR_SEAM that names them all, each time", () => {
  const stock = doctored({ version: "9.9.9", Encoder: without(INSTALLED_STOCK.Encoder, "placeOrder") });
  for (let time = 0; time < 2; time++) {
    expect(() => checkSeam(stock)).toThrow(
      expect.objectContaining({
        code: "ERR_IBKR_SEAM",
        message:
          "@stoqey/ib is not the version this package stands on (1.6.10 exactly): " +
          "version 9.9.9 is installed; Encoder.placeOrder is missing",
      }),
    );
  }
});
