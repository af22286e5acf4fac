import { IBApi as StockIBApi } from "@stoqey/ib";
import { describe, expect, test } from "vitest";
import { EventName, IBApi } from "../../src/index.js";
import { once, ready } from "../support/collect.js";
import { text } from "../support/frames.js";
import { ScriptedGateway } from "../support/scripted-gateway.js";

type Listener = (...args: unknown[]) => void;
/** What stock's emitter and ours have in common here. */
interface Emitter {
  on(name: string, listener: Listener, context?: unknown): unknown;
  once(name: string, listener: Listener, context?: unknown): unknown;
  off(name: string, listener: Listener): unknown;
  removeAllListeners(name?: string): unknown;
  emit(name: string, ...args: unknown[]): boolean;
}
type Log = unknown[][];
type Scenario = (ib: Emitter, log: Log) => void;

// Bid, ask, last and volume, three times: prices with and without a size event of their own.
const TICKS = Array.from({ length: 3 }, (_, round) => [
  ["price", 1, 255.25 + round, 100],
  ["price", 2, 255.5 + round, 200],
  ["size", 8, 312894 + round],
  ["price", 4, 255.375 + round, 300],
]).flat() as ["price" | "size", number, number, number?][];

const SIZE_OF_PRICE: Readonly<Record<number, number>> = { 2: 3, 4: 5 };

/** The events that stock makes of the ticks, on stock's own emitter. */
function playOnStock(scenario: Scenario): Log {
  const log: Log = [];
  const ib = new StockIBApi() as unknown as Emitter;
  scenario(ib, log);
  for (const [kind, field, value, size] of TICKS) {
    if (kind === "size") {
      ib.emit("tickSize", 7, field, value);
      continue;
    }
    ib.emit("tickPrice", 7, field, value, true);
    if (SIZE_OF_PRICE[field]) ib.emit("tickSize", 7, SIZE_OF_PRICE[field], size);
  }
  return log;
}

async function playOnOurs(scenario: Scenario, api: typeof IBApi = IBApi): Promise<Log> {
  const gateway = await ScriptedGateway.start({ version: 193 });
  const ib = await ready(new api({ port: gateway.port }));
  const log: Log = [];
  scenario(ib as unknown as Emitter, log);
  const end = once(ib, EventName.currentTime);
  const frames = TICKS.map(([kind, field, value, size]) =>
    kind === "price" ? text(1, 6, 7, field, value, size as number, 1) : text(2, 6, 7, field, value),
  );
  gateway.peer.send(...frames, text(49, 1, 12345));
  await end;
  ib.disconnect();
  await gateway.stop();
  return log;
}

const noted =
  (log: Log, name: string): Listener =>
  (...args) => {
    log.push([name, ...args]);
  };

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  "one listener each": (ib, log) => {
    ib.on("tickPrice", noted(log, "price"));
    ib.on("tickSize", noted(log, "size"));
  },
  "two listeners": (ib, log) => {
    ib.on("tickPrice", noted(log, "a"));
    ib.on("tickPrice", noted(log, "b"));
  },
  "sizes only": (ib, log) => {
    ib.on("tickSize", noted(log, "size"));
  },
  "once only": (ib, log) => {
    ib.once("tickPrice", noted(log, "once"));
    ib.once("tickSize", noted(log, "once size"));
  },
  "once beside a lasting one, and a lasting one after it": (ib, log) => {
    ib.once("tickPrice", noted(log, "once"));
    ib.on("tickPrice", () => ib.on("tickSize", noted(log, "later")));
  },
  "one that takes itself away": (ib, log) => {
    const listener: Listener = (...args) => {
      log.push(["own", ...args]);
      if (log.length === 3) ib.off("tickPrice", listener);
    };
    ib.on("tickPrice", listener);
  },
  "one that adds another to its own event": (ib, log) => {
    let added = false;
    ib.on("tickPrice", (...args) => {
      log.push(["first", ...args]);
      if (!added) ib.on("tickPrice", noted(log, "second"));
      added = true;
    });
  },
  "the price's listener takes the size's away": (ib, log) => {
    ib.on("tickSize", noted(log, "size"));
    ib.on("tickPrice", (...args) => {
      log.push(["price", ...args]);
      if (log.length > 4) ib.removeAllListeners("tickSize");
    });
  },
  "all listeners removed inside a handler, and one put back": (ib, log) => {
    ib.on("tickPrice", (...args) => {
      log.push(["price", ...args]);
      ib.removeAllListeners("tickPrice");
      ib.on("tickPrice", noted(log, "put back"));
    });
  },
  "a `this` of the listener's own": (ib, log) => {
    const own = { name: "own" };
    ib.on(
      "tickPrice",
      function (this: unknown, ...args: unknown[]) {
        log.push([this === own, ...args]);
      },
      own,
    );
  },
  "the emitter as `this`": (ib, log) => {
    ib.on("tickPrice", function (this: unknown, ...args: unknown[]) {
      log.push([this === ib, ...args]);
    });
  },
  "once, then after it has gone a plain one": (ib, log) => {
    ib.once("tickPrice", (...args) => {
      log.push(["once", ...args]);
      ib.on("tickPrice", noted(log, "plain"));
    });
  },
  "an `emit` of the program's own": (ib, log) => {
    ib.on("tickPrice", noted(log, "price"));
    ib.on("tickSize", noted(log, "size"));
    const emit = ib.emit.bind(ib);
    ib.emit = (name, ...args) => {
      if (name.startsWith("tick")) log.push(["emit", name, ...args]);
      return emit(name, ...args);
    };
  },
};

describe("listeners of ticks are called as stock's emitter calls them", () => {
  test.each(Object.entries(SCENARIOS))("%s", async (_, scenario) => {
    const expected = playOnStock(scenario);
    expect(expected.length).toBeGreaterThan(0);
    expect(await playOnOurs(scenario)).toEqual(expected);
  });

  test("a class of the program's own with another `emit`", async () => {
    const seen: unknown[][] = [];
    class Spying extends IBApi {
      override emit(...args: Parameters<IBApi["emit"]>): boolean {
        seen.push(args);
        return super.emit(...args);
      }
    }
    const log = await playOnOurs((ib, log) => ib.on("tickPrice", noted(log, "price")), Spying);
    expect(log).toHaveLength(9);
    expect(seen.filter(([name]) => name === "tickPrice")).toHaveLength(9);
  });

  const own = { name: "own" };
  type Loose = (...args: unknown[]) => unknown;
  // What a program's own class adds by way of `super`, last of all and under any name.
  const classes: Readonly<Record<string, new (options: object) => IBApi>> = {
    "`super.on` in a method": class extends IBApi {
      listen(listener: Listener): void {
        super.on(EventName.tickPrice, listener);
      }
    },
    "`super.once` in a method": class extends IBApi {
      listen(listener: Listener): void {
        super.once(EventName.tickPrice, listener);
      }
    },
    "`super.removeAllListeners` in a method": class extends IBApi {
      listen(listener: Listener): void {
        this.on(EventName.tickSize, listener);
        this.on(EventName.tickPrice, listener);
        super.removeAllListeners(EventName.tickSize);
      }
    },
    "an `on` in a field": class extends IBApi {
      override on = ((...args: unknown[]) => (super.on as Loose)(...args)) as never;
      listen(listener: Listener): void {
        (this.on as Loose)(EventName.tickPrice, listener);
      }
    },
    "an `on` that is `super.once`": class extends IBApi {
      override on = ((...args: unknown[]) =>
        args[0] === EventName.tickPrice
          ? (super.once as Loose)(...args)
          : (super.on as Loose)(...args)) as never;
      listen(listener: Listener): void {
        (this.on as Loose)(EventName.tickPrice, listener);
      }
    },
    "an `on` with a `this` for the listener": class extends IBApi {
      override on = ((name: unknown, listener: unknown) => (super.on as Loose)(name, listener, own)) as never;
      listen(listener: Listener): void {
        (this.on as Loose)(EventName.tickPrice, listener);
      }
    },
  };
  test.each(Object.entries(classes))("a class of the program's own with %s", async (name, derived) => {
    const log = await playOnOurs(
      (ib, log) => {
        const { listen } = ib as unknown as { listen(listener: Listener): void };
        // After everybody else's: a later change by another way would hide that this one was not heard of.
        queueMicrotask(() =>
          listen.call(ib, function (this: unknown, ...args: unknown[]) {
            log.push([this === own, ...args]);
          }),
        );
      },
      derived as typeof IBApi,
    );
    expect(log).toHaveLength(name.includes("once") ? 1 : 9);
    expect(log.map(([isOwn]) => isOwn)).toEqual(log.map(() => name.includes("`this`")));
  });

  test("`all` and `result` hear every event beside the listener of one", async () => {
    const log = await playOnOurs((ib, log) => {
      ib.on("tickPrice", noted(log, "price"));
      ib.on("all", (name, args) => String(name).startsWith("tick") && log.push([name, args]));
      ib.on("result", (name, args) => String(name).startsWith("tick") && log.push(["result", name, args]));
    });
    const names = log.map(([name]) => name);
    const count = (wanted: string) => names.filter((name) => name === wanted).length;
    expect([count("price"), count("tickPrice"), count("tickSize"), count("result")]).toEqual([9, 9, 9, 18]);
  });
});
