import { EventName } from "@stoqey/ib";
import { abandonable, withResolvers } from "../../broker/abandonable.js";
import { type CallOptions, checkCallOptions } from "../../broker/call-options.js";
import type { ChargedExecution, ChargedOptions } from "../../broker/order-desk.js";
import { check } from "../../domain/check.js";
import type { CommissionReport, ExecutionDetail } from "../../domain/stock-types.js";
import { ExecutionBook } from "../../orders/execution-book.js";
import { integer } from "../../validation/rules.js";
import { lazily } from "../../validation/zod.js";
import { LATE, type Requests } from "./requests.js";

const waitRule = lazily(() => integer(0, 60_000).default(1000));

/** Executions with their commissions, which come as events of their own, behind them. */
export async function chargedExecutions(
  requests: Requests,
  ask: (options: CallOptions) => Promise<ExecutionDetail[]>,
  { commissionWaitMs, ...options }: ChargedOptions = {},
): Promise<ChargedExecution[]> {
  checkCallOptions(options);
  const waitMs = check(waitRule(), commissionWaitMs, "commissionWaitMs");
  const book = new ExecutionBook();
  const abandoned = new AbortController();
  const { promise: missing, resolve, reject } = withResolvers<void>();
  missing.catch(() => {}); // the executions may never come to be waited for
  let details: ExecutionDetail[] | undefined;
  const isCharged = ({ execution }: ExecutionDetail) =>
    book.commissionOf(execution.execId ?? "") !== undefined;
  const look = () => {
    if (details?.every(isCharged)) resolve();
  };
  // Before the question: reports may come before the end of its answer.
  const leave = requests.listen({
    take: (name, args) => {
      if (name !== EventName.commissionReport) return;
      book.takeCommission(args[0] as CommissionReport);
      look();
    },
    fail: reject,
  });
  let timer: NodeJS.Timeout | undefined;
  const answer = async () => {
    try {
      details = await ask({ signal: abandoned.signal });
      timer = setTimeout(resolve, waitMs);
      look();
      await missing;
      return details.map((detail) => ({
        ...detail,
        commission: book.commissionOf(detail.execution.execId ?? ""),
      }));
    } finally {
      clearTimeout(timer);
      leave();
    }
  };
  return abandonable(answer(), options, LATE, (why) => {
    abandoned.abort(why);
    reject(why);
  });
}
