/** A client that saw other values than the feed sent has failed, however fast it was. */
export function demand(what, actual, allowed) {
  if (!allowed.includes(actual))
    throw new Error(`${what} is ${actual}; the feed sent ${allowed.join(" or ")}`);
}
