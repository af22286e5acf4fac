import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

// In this process, once more for each test; test/package/binary.test.ts does it in processes of its own.

const VARIABLE = "IBKR_NATIVE_BINARY";
let folder = "";
let before: string | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ibkr-load-"));
  before = process.env[VARIABLE];
  vi.resetModules();
});
afterEach(() => {
  if (before === undefined) delete process.env[VARIABLE];
  else process.env[VARIABLE] = before;
  rmSync(folder, { recursive: true, force: true });
  vi.doUnmock("node-gyp-build");
});

async function load(binary: string): Promise<unknown> {
  process.env[VARIABLE] = binary;
  const { loadAddon } = await import("../../src/native/load.js");
  return loadAddon();
}

test("without the variable, or with an empty one, the binary is found", async () => {
  expect(await load("")).toHaveProperty("Session");
});

test.each(["missing.node", "text.txt", "loop.node", "text.txt/x.node"])(
  "%s is refused by its name",
  async (name) => {
    writeFileSync(join(folder, "text.txt"), "");
    symlinkSync(join(folder, "loop.node"), join(folder, "loop.node"));
    const path = join(folder, name);
    await expect(load(path)).rejects.toMatchObject({
      code: "ERR_IBKR_OPTION",
      message: expect.stringContaining(`${VARIABLE} (environment variable) is "${path}"`),
    });
  },
);

test("what the system refuses to load is said to be there, with the system's reason", async () => {
  const path = join(folder, "text.node");
  writeFileSync(path, "no binary");
  await expect(load(path)).rejects.toMatchObject({
    code: "ERR_IBKR_NATIVE_UNLOADABLE",
    message: expect.stringContaining(`found but cannot be loaded: ${path}: `),
  });
});

test("where there is none, the error names the platform and the command that builds one", async () => {
  vi.doMock("node-gyp-build", () => ({
    default: {
      resolve: () => {
        throw new Error("No native build was found");
      },
    },
  }));
  await expect(load("")).rejects.toMatchObject({
    code: "ERR_IBKR_NATIVE_MISSING",
    message: expect.stringMatching(/^no native binary for \S+-\S+.*npx ibkr-native build/),
  });
});
