/** What the environment says about a run of stock's tests. */
export interface SuiteSettings {
  /** STOQEY_SUITE_TARGET: which package is tested. Default "ours". */
  target: "stock" | "ours";
  /** STOQEY_SUITE_SERVER: `host:port` of the gateway for the server-bound tests. Without it they are skipped. */
  server: { host: string; port: number } | undefined;
  /** IB_TEST_ACCOUNT: account id for stock's order tests. Default none. */
  account: string | undefined;
  /**
   * STOQEY_SUITE_MEASURE=1: run the server-bound tests although there is no server, and fail those that end well but
   * tried to connect. How server-bound.json is measured; only with target "stock" and no server.
   */
  measure: boolean;
}

export function suiteSettings(env: NodeJS.ProcessEnv = process.env): SuiteSettings {
  const target = env.STOQEY_SUITE_TARGET || "ours";
  if (target !== "stock" && target !== "ours") {
    throw new Error(`STOQEY_SUITE_TARGET is "${target}"; allowed are "stock" and "ours"`);
  }
  const server = env.STOQEY_SUITE_SERVER ? hostAndPort(env.STOQEY_SUITE_SERVER) : undefined;
  const measure = env.STOQEY_SUITE_MEASURE === "1";
  if (measure && (server || target !== "stock")) {
    throw new Error("STOQEY_SUITE_MEASURE=1 needs STOQEY_SUITE_TARGET=stock and no STOQEY_SUITE_SERVER");
  }
  return { target, server, account: env.IB_TEST_ACCOUNT, measure };
}

function hostAndPort(text: string): { host: string; port: number } {
  const match = /^(.+):(\d+)$/.exec(text);
  const port = Number(match?.[2]);
  if (!match || port < 1 || port > 65535) {
    throw new Error(`STOQEY_SUITE_SERVER is "${text}"; wanted is host:port, with a port from 1 to 65535`);
  }
  return { host: match[1], port };
}
