import { finite, listOf } from "../validation/rules.js";
import { z } from "../validation/zod.js";

const A_SPAN = "a list of [startMs, endMs] in order, each start before its end";

/** Spans of time, in milliseconds since 1970. */
export const sessionsRule = () =>
  listOf(z().tuple([finite(), finite()], { error: A_SPAN }), A_SPAN).refine(
    (spans) => spans.every(([start, end], i) => start < end && (i === 0 || spans[i - 1][1] <= start)),
    { error: A_SPAN },
  );
