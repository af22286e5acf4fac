import { describe, expect, test } from "vitest";
import { IBKRConfig, type IBKRConfigArguments } from "../../src/config/config.js";
import { checkLogin } from "../../src/config/guards.js";
import { cleansUp, fileOf, refusalOf } from "./config-stage.js";

cleansUp();

const LIVE = { environment: "live", account: "U1234567", confirmLive: true } as const;

describe("money is real in one environment only:", () => {
  test.each<[IBKRConfigArguments, string]>([
    [
      { environment: "live", confirmLive: true },
      'account is undefined (allowed: the account to trade with, as environment is "live")',
    ],
    [{ ...LIVE, confirmLive: undefined }, 'confirmLive is false (allowed: true, as environment is "live")'],
    [
      { ...LIVE, account: "DU1234567" },
      'account is "DU***67" (allowed: an account of real money, as environment is "live"; ids with D are of paper trading)',
    ],
    [{ ...LIVE, account: "DF1234567" }, 'account is "DF***67" (allowed: an account of real money, '],
    [
      { environment: "paper", account: "U1234567" },
      'account is "U***67" (allowed: an account of paper trading (DU…, DF…), as environment is "paper")',
    ],
    [{ account: "F1234567" }, 'account is "F***67" (allowed: an account of paper trading'],
  ])("%o", async (options, message) => {
    const refusal = await refusalOf(() => IBKRConfig.load(options, {}));
    expect(refusal).toMatchObject({ code: "ERR_IBKR_OPTION", message: expect.stringContaining(message) });
    expect(refusal.message).not.toContain("1234567");
  });

  test("the variable is named where it was the variable", () => {
    expect(() => IBKRConfig.fromEnv({ IBKR_ENVIRONMENT: "live", IBKR_ACCOUNT: "DU1234567" })).toThrow(
      'IBKR_ACCOUNT (environment variable) is "DU***67" (allowed: an account of real money',
    );
    expect(() => IBKRConfig.fromEnv({ IBKR_ENVIRONMENT: "live", IBKR_ACCOUNT: "U1234567" })).toThrow(
      "confirmLive is false",
    );
  });

  test("account and confirmation let it pass, also from a file", async () => {
    expect((await IBKRConfig.load(LIVE, {})).values.port).toBe(4001);
    const file = fileOf("ibkr.json", { account: "U1234567", confirmLive: true });
    const { values } = await IBKRConfig.load({ config: file }, { IBKR_ENVIRONMENT: "live" });
    expect(values).toMatchObject(LIVE);
  });

  test("a login of real money is refused where paper was said", () => {
    expect(() => checkLogin("paper", ["DU1", "U1234567"])).toThrow(
      'environment is "paper" (allowed: "live" with account and confirmLive, as the gateway\'s account is U***67)',
    );
    for (const environment of ["live", "simulation"] as const) checkLogin(environment, ["U1234567"]);
    checkLogin("paper", ["DU1234567", "DF1", "All"]);
  });
});

describe("what does not go together:", () => {
  test.each<[object, NodeJS.ProcessEnv, string]>([
    [
      { port: 1 },
      { IBKR_ENVIRONMENT: "simulation" },
      'port is 1 (allowed: nothing, as environment is "simulation")',
    ],
    [
      {},
      { IBKR_ENVIRONMENT: "simulation", IB_HOST: "a" },
      'IB_HOST (environment variable) is "a" (allowed: nothing, as environment is "simulation")',
    ],
    [
      { simulation: { seed: 1 } },
      {},
      'simulation.seed is 1 (allowed: nothing, unless environment is "simulation")',
    ],
    [
      { environment: "paper", simulation: { weather: 1 } },
      { IBKR_ENVIRONMENT: "simulation" },
      'simulation.weather is 1 (allowed: nothing, unless environment is "simulation")',
    ],
    [
      { features: { protobuf: false }, maxServerVersion: 226 },
      {},
      "maxServerVersion is 226 (allowed: at most 193, as features.protobuf is false)",
    ],
    [
      { journal: { fsync: "always" } },
      {},
      'journal.fsync is "always" (allowed: nothing, without journal.folder)',
    ],
  ])("%o with %o", async (options, env, message) => {
    expect(await refusalOf(() => IBKRConfig.load(options, env))).toMatchObject({
      code: "ERR_IBKR_OPTION",
      message,
    });
  });
});

describe("names and values are refused in the words of their source:", () => {
  test.each<[object, string]>([
    [{ prot: 1 }, "prot is not known (allowed: host, port, clientId, "],
    [{ prot: 1 }, ", simulation, config): did you mean port?"],
    [{ confg: "x" }, ": did you mean config?"],
    [{ colour: 1 }, ", simulation, config)"],
    [
      { live: { pnll: true } },
      "live.pnll is not known (allowed: positions, account, pnl): did you mean live.pnl?",
    ],
    [{ features: { protobuff: true } }, "features.protobuff is not known (allowed: protobuf): did you mean "],
    [{ features: { warp: true } }, "features.warp is not known (allowed: protobuf)"],
    [{ journal: { folder: "a", fsink: 1 } }, ": did you mean journal.fsync?"],
    [{ live: true }, "live is true (allowed: an object with positions, account, pnl)"],
    [{ journal: "" }, 'journal.folder is "" (allowed: a folder)'],
    [{ simulation: { speed: 0 } }, "simulation.speed is 0 (allowed: a number above 0)"],
    [{ port: null }, "port is null (allowed: an integer from 1 to 65535)"],
    [{ clientId: "one" }, 'clientId is "one" (allowed: an integer from 0 to 2147483647)'],
    [{ config: "ibkr.toml" }, 'config is "ibkr.toml" (allowed: a file that ends in .json, .yaml, '],
  ])("%o: %s", async (options, message) => {
    const refusal = await refusalOf(() => IBKRConfig.load(options as IBKRConfigArguments, {}));
    expect(refusal).toMatchObject({ code: "ERR_IBKR_OPTION", message: expect.stringContaining(message) });
  });

  test("no object at all", async () => {
    for (const wrong of [null, 7, []])
      expect((await refusalOf(() => IBKRConfig.load(wrong as object, {}))).message).toMatch(
        /^options is .* \(allowed: an object with host, port, /,
      );
  });

  test.each<[NodeJS.ProcessEnv, string]>([
    [
      { IBKR_PORT: "http" },
      'IBKR_PORT (environment variable) is "http" (allowed: an integer from 1 to 65535)',
    ],
    [{ IB_PORT: "0" }, "IB_PORT (environment variable) is "],
    [{ IBKR_ENVIRONMENT: "test" }, '(environment variable) is "test" (allowed: live, paper, simulation)'],
    [{ IBKR_PROFILE: "fast" }, 'IBKR_PROFILE (environment variable) is "fast" (allowed: ultra-low-latency, '],
    [{ IBKR_LOG_LEVEL: "loud" }, 'IBKR_LOG_LEVEL (environment variable) is "loud" (allowed: silent, '],
    [{ IBKR_CLIENT_ID: "-1" }, "IBKR_CLIENT_ID (environment variable) is "],
    [
      { IBKR_READ_ONLY: "yes" },
      'IBKR_READ_ONLY (environment variable) is "yes" (allowed: true, false, 1, 0)',
    ],
    [{ IBKR_READONLY: "1" }, "IBKR_READONLY (environment variable) is not known (allowed: IBKR_HOST, "],
    [{ IBKR_READONLY: "1" }, "): did you mean IBKR_READ_ONLY?"],
    [{ IBKR_ENVIROMENT: "live" }, "): did you mean IBKR_ENVIRONMENT?"],
  ])("%o: %s", (env, message) => {
    expect(() => IBKRConfig.fromEnv(env)).toThrow(
      expect.objectContaining({ code: "ERR_IBKR_OPTION", message: expect.stringContaining(message) }),
    );
  });

  test("the file that a variable names wrongly", async () => {
    const { message } = await refusalOf(() => IBKRConfig.load({}, { IBKR_CONFIG: "ibkr.toml" }));
    expect(message).toContain(
      'IBKR_CONFIG (environment variable) is "ibkr.toml" (allowed: a file that ends in',
    );
  });
});
