import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { ROOT, read } from "./pages.js";

/** Files of src with an import each, and the files in which the lint of this repository refuses it. */
function refusedBy(probes: readonly Probe[]): Set<string> {
  const folder = mkdtempSync(join(tmpdir(), "floors-"));
  try {
    copyFileSync(join(ROOT, ".biome.json"), join(folder, ".biome.json"));
    for (const { file, from } of probes) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), `export * from "${from}";\n`);
    }
    const biome = join(ROOT, "node_modules/.bin/biome");
    const args = [
      "lint",
      "--only=style/noRestrictedImports",
      "--reporter=github",
      "--max-diagnostics=none",
      "src",
    ];
    let report = "";
    try {
      report = execFileSync(biome, args, { cwd: folder, encoding: "utf8", stdio: "pipe" });
    } catch (error) {
      report = (error as { stdout: string }).stdout;
    }
    return new Set([...report.matchAll(/^::error .*?\bfile=.*?(src\/[^,]+),/gm)].map(([, file]) => file));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Probe {
  readonly file: string;
  readonly from: string;
  /** Why the lint should refuse it. */
  readonly rule: string;
}

/** Every folder below src that has sources. */
const FOLDERS = readdirSync(join(ROOT, "src"), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
  .map((entry) => entry.parentPath.slice(ROOT.length + 1).replaceAll("\\", "/"))
  .filter((folder, i, all) => folder !== "src" && all.indexOf(folder) === i);

const KNOW_STOCK = /^src\/(dialect|session|api|domain)\b/;
const KNOW_ITS_INSIDE = /^src\/dialect\/(text|extensions)\b/;
const SIM_FLOORS = [
  ["model"],
  ["market"],
  ["exchange", "wire"],
  ["faults", "replay", "recorder"],
  ["gateway"],
];

function probesOf(folder: string): Probe[] {
  const up = "../".repeat(folder.split("/").length - 1);
  const probes: Omit<Probe, "file">[] = [
    { from: "@stoqey/ib/dist/core/io/encoder.js", rule: "stock's inside" },
  ];
  if (KNOW_ITS_INSIDE.test(folder)) probes.pop();
  if (!KNOW_STOCK.test(folder)) probes.push({ from: "@stoqey/ib", rule: "stock" });
  if (!folder.startsWith("src/cli")) probes.push({ from: `${up}cli/main.js`, rule: "the floor above" });
  if (!folder.startsWith("src/sim"))
    probes.push({ from: `${up}sim/gateway/gateway.js`, rule: "sim's index only" });
  const [, sub] = /^src\/sim\/(.+)/.exec(folder) ?? [];
  if (sub !== undefined) {
    const floor = SIM_FLOORS.findIndex((names) => names.includes(sub));
    const banned = SIM_FLOORS.slice(floor).flat();
    for (const other of banned)
      if (other !== sub) probes.push({ from: `../${other}/index.js`, rule: `sim/${other}` });
  }
  return probes.map((probe, i) => ({ ...probe, file: `${folder}/probe-${i}.ts` }));
}

describe("the lint refuses", () => {
  const probes = FOLDERS.flatMap(probesOf);
  const allowed = { file: "src/api/allowed.ts", from: "../session/session.js", rule: "" };
  let refused: Set<string>;
  beforeAll(() => {
    refused = refusedBy([...probes, allowed]);
  });

  test.each(FOLDERS)("in %s what stands above it or beside it, and stock where it is not known", (folder) => {
    const mine = probes.filter((probe) => dirname(probe.file) === folder);
    expect(mine.length).toBeGreaterThan(0);
    expect(mine.filter(({ file }) => !refused.has(file))).toEqual([]);
  });

  test("not what stands below", () => {
    expect(refused).not.toContain(allowed.file);
  });
});

test("src/domain takes types of @stoqey/ib and no code", () => {
  const taken = readdirSync(join(ROOT, "src/domain")).flatMap((name) =>
    [...read(`src/domain/${name}`).matchAll(/^(?:import|export)\b[^;]*?from "@stoqey\/ib";/gm)].map(
      ([line]) => line,
    ),
  );
  expect(taken.length).toBeGreaterThan(0);
  for (const line of taken) expect(line).toMatch(/^(import|export) type /);
});
