// Runs a property with many seeds: npm run campaign -- NAME --seeds 50 [--first 1]. Seeds are printed; a failing one is
// repeated with --first SEED --seeds 1. cold-text: 20,000 frames a seed; orders: one gateway that dies a seed, eight of them at once; workers: 125
// dying workers a seed; risk: 1,000 orders, changes and cancels of four threads a seed; all three after a build. wire-log: a
// million messages a seed. The suite runs a small part of each.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

/** A property by its name: a test that takes its seeds from CAMPAIGN_SEEDS (how many) and TEST_SEED (the first). */
const CAMPAIGNS = {
  "cold-text": "test/dialect/text/cold-fuzz.test.ts",
  orders: "test/orders/deaths.test.ts",
  risk: "test/risk/campaign.test.ts",
  workers: "test/worker/deaths.test.ts",
  "wire-log": "test/session/wire-log/wire-log-size.test.ts",
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: "string", default: "50" }, first: { type: "string", default: "1" } },
});
const file = CAMPAIGNS[positionals[0]];
const number = (name) => {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= 1 && value <= 1_000_000) return value;
  console.error(`campaign: --${name} is ${values[name]} (allowed: a whole number from 1 to 1000000)`);
  process.exit(2);
};
if (file === undefined) {
  console.error(`campaign: which? (allowed: ${Object.keys(CAMPAIGNS).join(", ")})`);
  process.exit(2);
}
const { status } = spawnSync(
  process.execPath,
  [
    "node_modules/vitest/vitest.mjs",
    "run",
    "--config",
    "test/vitest.config.mts",
    file,
    "--disable-console-intercept",
  ],
  {
    stdio: "inherit",
    env: { ...process.env, CAMPAIGN_SEEDS: String(number("seeds")), TEST_SEED: String(number("first")) },
  },
);
process.exit(status ?? 1);
