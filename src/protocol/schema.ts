/**
 * The protobuf messages of the TWS wire, one name space for both directions.
 *
 * A field is written `name: "number type"`, where the type is `int32`, `int64`, `double`, `bool`, `string`, `map`
 * (map<string, string>), the name of a message, or one of these followed by `[]` (repeated). All others are optional
 * with explicit presence: a field that is not on the wire is absent (undefined), a zero on the wire is a zero.
 */

import { accountSchema } from "./schema/account.js";
import { configSchema } from "./schema/config.js";
import { contractSchema } from "./schema/contract.js";
import { historySchema } from "./schema/history.js";
import { marketDataSchema } from "./schema/market-data.js";
import { orderSchema } from "./schema/order.js";
import { researchSchema } from "./schema/research.js";
import { sessionSchema } from "./schema/session.js";

export const SCHEMA = {
  ...sessionSchema,
  ...contractSchema,
  ...orderSchema,
  ...marketDataSchema,
  ...historySchema,
  ...accountSchema,
  ...researchSchema,
  ...configSchema,
} as const;

type Schema = typeof SCHEMA;

/** Name of a message, for instance "Order". */
export type MessageName = keyof Schema;

/** JavaScript's form of each scalar. */
interface Scalars {
  /** −2^31 to 2^31 − 1. */
  int32: number;
  /** A number while it is exact (up to 2^53 − 1 either side of zero), a bigint beyond. */
  int64: number | bigint;
  double: number;
  bool: boolean;
  string: string;
  /** Keeps the order of the wire; of equal keys the last one counts. */
  map: ReadonlyMap<string, string>;
}

type ValueOfType<T> = T extends `${infer E}[]`
  ? readonly ValueOfType<E>[]
  : T extends keyof Scalars
    ? Scalars[T]
    : T extends MessageName
      ? Message<T>
      : never;

type ValueOfField<F> = F extends `${number} ${infer T}` ? ValueOfType<T> : never;

/** The value of a message: every field optional. */
export type Message<N extends MessageName> = { [F in keyof Schema[N]]?: ValueOfField<Schema[N][F]> };
