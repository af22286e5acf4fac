import type { Contract, Order } from "../domain/stock-types.js";
import type { ORDER_PLACEHOLDERS } from "./layout.js";

/** What goes to a placeholder: a name that stock's types do not have does not compile. */
type ValueOf<Name> = Name extends `contract.${infer Field extends keyof Contract}`
  ? Contract[Field]
  : Name extends `order.${infer Field extends keyof Order}`
    ? Order[Field]
    : Name extends "id"
      ? number
      : never;

type ValuesOf<Names extends readonly unknown[]> = { -readonly [I in keyof Names]: ValueOf<Names[I]> };

/** The arguments of the addon's `placeOrder`. */
export type OrderValues = ValuesOf<typeof ORDER_PLACEHOLDERS>;
