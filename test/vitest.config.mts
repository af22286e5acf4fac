import { execFileSync } from "node:child_process";
import { defineConfig } from "vitest/config";

/**
 * A process of its own for each of these: they measure memory, replace the process's handlers, or are the first to see
 * a fault of the addon, whose crash is to hide no other file's result.
 */
const ISOLATED = [
  "test/native/**/*.test.ts",
  "test/stoqey/**/*.test.ts",
  "test/sim/gateway/flood.test.ts",
  "test/sim/gateway/load.test.ts",
];

/** Suites of connections that run a second and a third time: over a stream of Node's, and over TLS. */
const OVER_STREAMS = [
  "test/session/connection.test.ts",
  "test/session/protobuf.test.ts",
  "test/session/journaled-orders.test.ts",
  "test/session/order-numbers.test.ts",
  "test/session/order-templates.test.ts",
  "test/session/read-only.test.ts",
  "test/session/stream-desk.test.ts",
  "test/session/throwing-listeners.test.ts",
  "test/session/rate-at-the-gateway.test.ts",
  "test/session/broker/**/*.test.ts",
  "test/connect/risk.test.ts",
  "test/gateway/ibkr-gateway.test.ts",
  "test/gateway/standing-watches.test.ts",
  "test/native/endings.test.ts",
  "test/native/read-modes.test.ts",
  "test/native/captures.test.ts",
  "test/stream/simulated-gateway.test.ts",
];

/** Certificates are made by openssl: without it there is no TLS to test. */
function otherTransports(): ("custom" | "tls")[] {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return ["custom", "tls"];
  } catch {
    console.log("skipped: the project over-tls (openssl is not installed)");
    return ["custom"];
  }
}

const common = {
  root: ".",
  pool: "forks",
  testTimeout: 20_000,
  sequence: { hooks: "list" },
  // The concurrent tests start whole programs.
  maxConcurrency: 3,
} as const;

export default defineConfig({
  test: {
    ...common,
    // vitest's default leaves one processor out: half of a machine with two.
    maxWorkers: "100%",
    // Measured by `npm run coverage`; what a child process runs (the command line as a user starts it) does not count.
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      // It runs in a browser: test/dashboard/page.test.ts looks at it there.
      exclude: ["src/dashboard/page/**"],
      reporter: ["json-summary", "html"],
      reportsDirectory: "coverage",
      reportOnFailure: true,
    },
    projects: [
      {
        test: {
          ...common,
          name: "isolated",
          include: ISOLATED,
        },
      },
      {
        // The others share a process for each worker: what they import is loaded once and not seventy times.
        test: {
          ...common,
          name: "shared",
          include: ["test/**/*.test.ts"],
          exclude: ISOLATED,
          isolate: false,
          setupFiles: ["test/support/setup.ts"],
          // A test that reaches its end without having checked anything fails.
          expect: { requireAssertions: true },
        },
      },
      ...otherTransports().map((transport) => ({
        test: {
          ...common,
          isolate: false,
          name: `over-${transport}`,
          include: OVER_STREAMS,
          setupFiles: ["test/support/setup.ts", "test/support/other-transport/setup.ts"],
          provide: { transport },
        },
      })),
    ],
  },
});
