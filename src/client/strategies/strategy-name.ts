import { refused } from "../../domain/check.js";
import { parseOrderRef } from "../../orders/order-ref.js";

/*
 * A strategy is known by what its orders' orderRefs begin with. Executions carry that, also those that another process or
 * another day has sent: nothing has to be remembered to know whose they are.
 */

// TWS shows 40 characters of an orderRef: the ULID and its colon are 27. No colon: it ends the prefix.
const PREFIX = /^(?=\S)[\x20-\x39\x3b-\x7e]{1,13}(?<=\S)$/;
const ALLOWED = "1 to 13 letters, digits and signs of ASCII without a colon, no space at the ends";

/** @throws IBKRError `ERR_IBKR_OPTION` for a name that is none, and for a prefix that no `orderRef` can begin with */
export function checkedPrefix(name: unknown, prefix: unknown): string {
  if (typeof name !== "string" || name.trim() === "") throw refused("name", name, "a text");
  if (prefix === undefined) {
    if (!PREFIX.test(name))
      throw refused("name", name, `${ALLOWED}, or a prefix of that kind beside it: { prefix: "…" }`);
    return name;
  }
  if (typeof prefix !== "string" || !PREFIX.test(prefix)) throw refused("prefix", prefix, ALLOWED);
  return prefix;
}

/** What an `orderRef` begins with; empty where it is not made here. */
export function prefixOf(orderRef: string | undefined): string {
  return parseOrderRef(orderRef)?.prefix ?? "";
}
