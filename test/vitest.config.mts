import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: ".",
    include: ["test/**/*.test.ts"],
    // The addon owns threads and sockets: a process per file keeps one file's crash from hiding another's result.
    pool: "forks",
    testTimeout: 20_000,
    sequence: { hooks: "list" },
  },
});
