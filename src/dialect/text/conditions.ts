import { OrderConditionType } from "@stoqey/ib";
import { misfit, object } from "../field-values.js";
import { type Copy, field, structure } from "./structures.js";

/** The member that `strValue` is made of, where there is one: it may be what `strValue` no longer shows. */
const COMPARED: Readonly<Record<OrderConditionType, string | undefined>> = {
  [OrderConditionType.Price]: "price",
  [OrderConditionType.Time]: "time",
  [OrderConditionType.Margin]: "percent",
  [OrderConditionType.Execution]: undefined,
  [OrderConditionType.Volume]: "volume",
  [OrderConditionType.PercentChange]: "percent",
};

const members = structure([
  "conjunctionConnection",
  "isMore",
  "strValue",
  "conId",
  "exchange",
  "triggerMethod",
  "secType",
  "symbol",
]);

/** A condition of a type that there is: of others stock's encoder would write the beginning alone. */
export const condition: Copy = (value, what) => {
  const source = object<Record<string, unknown>>(value, what);
  const given = source["type"];
  const type = typeof given === "string" && given.trim() !== "" ? Number(given) : given;
  if (typeof type !== "number" || !Object.hasOwn(COMPARED, type)) {
    throw misfit(`${what}.type`, given, Object.keys(COMPARED).join(", "));
  }
  const compared = COMPARED[type as OrderConditionType];
  if (compared !== undefined) field(source[compared], `${what}.${compared}`);
  return { ...(members(source, what) as object), type };
};
