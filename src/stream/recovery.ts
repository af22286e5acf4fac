import type { Broker } from "../broker/broker.js";
import type { Lines } from "./lines.js";
import type { GapReason } from "./subscription-state.js";

/** What lines go through with the connection, and with the gateway's own one. @returns what ends it */
export function watchConnection(broker: Broker, lines: Lines): () => void {
  const each = (reason: GapReason, words: string, lost: boolean) => {
    for (const line of lines.inOrder()) line.interrupted(reason, words, lost);
  };
  const stops = [
    broker.on("state", (state) => {
      if (state === "ready") {
        // What somebody else of the login had may be free again.
        for (const budget of Object.values(lines.budgets)) budget.reset();
        for (const line of lines.inOrder()) line.open();
      } else each("connection", "the connection ended", true);
    }),
    broker.on("upstream", (state) => {
      if (state === "lost") each("upstream", "the gateway has lost Interactive Brokers", false);
      else if (state === "restored") for (const line of lines.inOrder()) line.restored();
      else {
        each("data-lost", "the gateway lost its subscriptions", false);
        for (const line of lines.inOrder()) line.reopen();
      }
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
