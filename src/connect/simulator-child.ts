import type { SimulationOptions } from "../config/simulation-options.js";
import { IBKRError } from "../domain/ibkr-error.js";
import { type Simulation, startSimulation } from "./simulation.js";

/** An error as it crosses to the parent. */
export type SentError = Pick<
  IBKRError,
  "code" | "message" | "scope" | "gatewayCode" | "gatewayText" | "request"
> & { readonly stack: string | undefined };

/** What the child says, once. */
export type ChildAnswer = { readonly port: number } | { readonly error: SentError };

/** The child's side of the channel to its parent: `process` of a forked one. */
export interface ParentChannel {
  once(event: "message", listener: (options: SimulationOptions) => void): unknown;
  once(event: "disconnect", listener: () => void): unknown;
  on(event: "SIGINT", listener: () => void): unknown;
  send?(answer: ChildAnswer): unknown;
  exit(code: number): unknown;
}

/**
 * Starts the gateway that the parent describes, and ends it with the channel: whether the parent lets go of it, ends, or
 * is killed.
 */
export function attendParent(channel: ParentChannel): void {
  let starting: Promise<Simulation> | undefined;
  channel.once("message", (options) => {
    starting = startSimulation(options);
    starting.then(
      (gateway) => {
        // A scenario that cannot be carried out ends the gateway.
        gateway.ended.catch((error: Error) => console.error(error.message));
        channel.send?.({ port: gateway.port });
      },
      (error: unknown) => channel.send?.({ error: sentOf(error) }),
    );
  });
  channel.once("disconnect", () => {
    const exit = () => channel.exit(0);
    Promise.resolve(starting)
      .then((gateway) => gateway?.stop())
      .then(exit, exit);
  });
  // Ctrl-C reaches the whole group: the parent ends in order, and this one with it.
  channel.on("SIGINT", () => {});
}

function sentOf(error: unknown): SentError {
  if (!(error instanceof IBKRError)) {
    const { message = String(error), stack } = (error ?? {}) as Partial<Error>;
    return { code: "ERR_IBKR_INTERNAL", message, scope: "system", stack };
  }
  const { code, message, stack, scope, gatewayCode, gatewayText, request } = error;
  return {
    ...{ code, message, scope, stack },
    ...(gatewayCode !== undefined && { gatewayCode }),
    ...(gatewayText !== undefined && { gatewayText }),
    ...(request !== undefined && { request }),
  };
}
