import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { ROOT } from "../docs/pages.js";

const DIST = JSON.stringify(join(ROOT, "dist"));

/** What a program prints, with the package's dist. */
async function printed(program: string, ...flags: readonly string[]): Promise<unknown> {
  const code = `const dist = ${DIST}; (async () => { ${program} })().then((x) => console.log(JSON.stringify(x)))`;
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, "-e", code]);
  return JSON.parse(stdout);
}

const FRAMES = `
  const { contracts } = require(dist + "/index.js");
  try { contracts.stock(7); } catch (error) { return error.stack.match(/domain.contracts\\.[jt]s:\\d+/)[0]; }`;

test("the pack has the names of the files, and they are the same objects, whichever was loaded first", async () => {
  for (const order of [
    ["index.js", "worker/index.js"],
    ["worker/index.js", "index.js"],
  ])
    expect(
      await printed(`
        const [one, other] = ${JSON.stringify(order)}.map((name) => require(dist + "/" + name));
        const plain = require(dist + "/unpacked.js");
        const index = require(dist + "/index.js");
        const sim = require(dist + "/sim/index.js");
        const same = Object.keys(plain).filter((name) => plain[name] === index[name]);
        return [one.IBKRError === other.IBKRError, same.length - Object.keys(index).length, typeof sim.SimulatedGateway];`),
    ).toEqual([true, 0, "function"]);
});

test("an import() of the pack finds its file", async () => {
  const code = await printed(`
    const { IBKRConfig } = require(dist + "/index.js");
    return IBKRConfig.fromFile(dist + "/none.yaml").catch(({ code }) => code);`);
  expect(code).toBe("ERR_IBKR_FILE");
});

test("stacks have the lines of the files; with --enable-source-maps those of the sources", async () => {
  expect(await printed(FRAMES)).toMatch(/^domain.contracts\.js:\d+$/);
  expect(await printed(FRAMES, "--enable-source-maps")).toMatch(/^domain.contracts\.ts:\d+$/);
});

test("another loader than Node's gets the files as they are", async () => {
  const [own, names] = (await printed(`
    const { readFileSync } = require("node:fs");
    const file = dist + "/index.js";
    const required = [];
    const own = { exports: {} };
    const need = (id) => {
      if (id.startsWith(".")) required.push(id);
      return require(id.startsWith(".") ? require("node:path").join(dist, id) : id);
    };
    new Function("exports", "require", "module", "__filename", "__dirname", readFileSync(file, "utf8"))(
      own.exports, need, own, file, dist);
    return [Object.keys(own.exports).length, required];`)) as [number, string[]];
  expect(own).toBeGreaterThan(80);
  expect(names).toEqual(["./unpacked.js"]);
});
