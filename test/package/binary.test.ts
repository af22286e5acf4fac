import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { ROOT } from "../docs/pages.js";

/** What the built binary needs, and which one is loaded. */

const BUILT = join(ROOT, "build/Release/ibkr_native.node");
const ON_LINUX = process.platform === "linux";

interface Ended {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: ROOT, env: { ...process.env, ...env } };
    execFile(process.execPath, args, options, (error, out, err) => {
      resolve({ status: Number(error?.code ?? 0), out, err });
    });
  });
}

const folders: string[] = [];
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "ibkr-native-"));
  folders.push(made);
  return made;
}
afterEach(() => {
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
});

if (!ON_LINUX) console.log(`skipped on ${process.platform}: what an ELF binary needs`);

describe.runIf(ON_LINUX)("what the built binary needs", () => {
  const check = (...args: string[]) => run(["native/tools/check-binary.cjs", ...args]);

  test("is glibc 2.17 and no C++ library, and it shows nothing but what Node looks for", async () => {
    const { status, out, err } = await check();
    expect(err).toBe("");
    expect(status).toBe(0);
    expect(out).toMatch(/ibkr_native\.node: needs glibc [\d.]+ and [^+]*libc\.so\.6[^+]*\n$/);
  });

  test("is refused when it is newer: the check names symbol and version", async () => {
    const { status, err } = await check("--glibc", "2.16");
    expect(status).toBe(1);
    expect(err).toContain(`${BUILT}: needs clock_gettime of GLIBC_2.17`);
  });

  test("is refused when it is another library, or shows more: Node itself does both", async () => {
    const { status, err } = await check(process.execPath);
    expect(status).toBe(1);
    expect(err).toMatch(/: (?:needs|shows) /);
    expect(err.split("\n").length).toBeLessThan(30);
  });

  test("is not asked for with a version that is none", async () => {
    const { status, err } = await check("--glibc", "new");
    expect([status, err]).toEqual([2, 'check-binary: --glibc is "new" (allowed: a version such as 2.17)\n']);
  });
});

describe("IBKR_NATIVE_BINARY", () => {
  const script = `
    try { new (require(${JSON.stringify(join(ROOT, "dist/index.js"))}).IBApi)(); console.log("loaded"); }
    catch ({ code, message }) { console.log(code + " " + message); }`;
  const loaded = async (binary: string): Promise<string> =>
    (await run(["-e", script], { IBKR_NATIVE_BINARY: binary })).out.trim();

  test("names the binary, by a whole or a relative path", async () => {
    const copy = join(folder(), "mine.node");
    copyFileSync(BUILT, copy);
    expect(await loaded(copy)).toBe("loaded");
    expect(await loaded("build/Release/ibkr_native.node")).toBe("loaded");
  });

  test("that is empty is as if it were not set", async () => {
    expect(await loaded("")).toBe("loaded");
  });

  test.each(["/no/such/file.node", "package.json", "native", "package.json/x.node"])(
    "%s is refused by its name",
    async (path) => {
      expect(await loaded(path)).toBe(
        `ERR_IBKR_OPTION IBKR_NATIVE_BINARY (environment variable) is "${path}" (allowed: the path of a file that exists and ends in .node)`,
      );
    },
  );

  test("that is a loop of links is refused by its name", async () => {
    const loop = join(folder(), "loop.node");
    symlinkSync(loop, loop);
    expect(await loaded(loop)).toMatch(/^ERR_IBKR_OPTION IBKR_NATIVE_BINARY \(environment variable\) is /);
  });

  test("that the system refuses to load is said to be there, with the system's reason", async () => {
    const copy = join(folder(), "text.node");
    writeFileSync(copy, "this is no binary".repeat(100));
    expect(await loaded(copy)).toMatch(
      /^ERR_IBKR_NATIVE_UNLOADABLE the native binary was found but cannot be loaded: \S+text\.node: (?!\/)\S.*\. Build one for this system with: npx ibkr-native build/,
    );
  });
});

describe("before the package is packed", () => {
  const check = (prebuilds: string) => run(["native/tools/check-prebuilds.cjs", prebuilds]);
  const place = (prebuilds: string): string => {
    const own = join(prebuilds, `${process.platform}-${process.arch}`);
    mkdirSync(own);
    return join(own, "ibkr-native.glibc.node");
  };

  test("a folder without a binary for this platform is refused with the command that makes it", async () => {
    const prebuilds = folder();
    for (const there of [prebuilds, join(prebuilds, "nowhere")]) {
      const { status, err } = await check(there);
      expect(status).toBe(1);
      expect(err).toContain(
        `${there} has no binary for ${process.platform}-${process.arch}; run: npm run prebuildify`,
      );
    }
  });

  test("a binary that does not load is refused with the reason", async () => {
    const prebuilds = folder();
    writeFileSync(place(prebuilds), "nothing");
    const { status, err } = await check(prebuilds);
    expect([status, err]).toEqual([1, expect.stringContaining("was found but cannot be loaded")]);
  });

  test("one that loads and needs no more than is promised may go", async () => {
    const prebuilds = folder();
    copyFileSync(BUILT, place(prebuilds));
    expect((await check(prebuilds)).status).toBe(0);
  });
});
