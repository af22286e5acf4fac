/** Tests of stock that our package fails on purpose: what differs is part of docs/drop-in.md. */

export interface DeliberateDifference {
  /** For the test's title. */
  reason: string;
  /** What the failure's message has to match: any other failure is a real one. */
  message: RegExp;
}

const DIFFERENCES: Readonly<Record<string, DeliberateDifference>> = {
  // Places an order on an IBApiNext that was never connected, and fails on any error event. Stock keeps the order in
  // its queue for ever.
  "api-next/place-order.test.js > Place orders to IB > Error Event": {
    reason: "an order placed while disconnected is refused with error 504",
    message: /^failed: placeOrder 1 was not sent: /,
  },
};

export function deliberateDifference(key: string): DeliberateDifference | undefined {
  return DIFFERENCES[key];
}

export const DIFFERING_TESTS: readonly string[] = Object.keys(DIFFERENCES);

/** Runs a test that has to fail in the way the difference says. */
export async function expectDifference(
  difference: DeliberateDifference,
  run: () => Promise<void>,
): Promise<void> {
  let failure: unknown;
  try {
    await run();
  } catch (error) {
    failure = error;
  }
  if (failure === undefined) throw new Error(`passes, so it does not differ any more: ${difference.reason}`);
  const message = failure instanceof Error ? failure.message : String(failure);
  if (!difference.message.test(message)) throw failure;
}
