import type { Contract, Order } from "@stoqey/ib";
import { Encoder } from "@stoqey/ib/dist/core/io/encoder";
import { loadAddon } from "../native/load";
import { checkOrderFields } from "./ordinaryOrder";
import { frameOf } from "./textFrame";

const MARK = "\u0001";

/** A PLACE_ORDER frame with holes: `between` has one piece more than `holes`, which count as the addon's `orderHoles`. */
export interface OrderTemplate {
  readonly between: readonly string[];
  readonly holes: readonly number[];
}

/**
 * The frame of an ordinary order for one server version. It is stock's own: its encoder is run once on marks, so the
 * layout has one source and no copy. The core fills the holes.
 * @returns undefined if this version has no room for one of the fields (below 111)
 */
export function orderTemplate(serverVersion: number): OrderTemplate | undefined {
  checkOrderFields();
  const names = loadAddon().orderHoles;
  let frame = "";
  let refused = false;
  const encoder = new Encoder({
    serverVersion,
    sendMsg: (...tokens: unknown[]) => {
      frame = frameOf(tokens);
    },
    emitError: () => {
      refused = true;
    },
  });
  const marked = (source: string) =>
    Object.fromEntries(
      names
        .filter((name) => name.startsWith(`${source}.`))
        .map((name) => [name.slice(source.length + 1), `${MARK}${name}${MARK}`]),
    ) as unknown;
  encoder.placeOrder(
    `${MARK}id${MARK}` as unknown as number,
    marked("contract") as Contract,
    marked("order") as Order,
  );
  if (refused) return undefined;
  const parts = frame.split(MARK);
  return {
    between: parts.filter((_, i) => i % 2 === 0),
    holes: parts.filter((_, i) => i % 2 === 1).map((name) => names.indexOf(name)),
  };
}
