import { describe, expect, test } from "vitest";
import { connectBroker } from "../../../src/index.js";
import { AllowedHosts } from "../../../src/session/transport/allowed-hosts.js";
import { ScriptedGateway } from "../../support/scripted-gateway.js";

const NAMES: Readonly<Record<string, readonly string[]>> = {
  "gateway.test": ["10.1.2.3", "fd00::3"],
  "other.test": ["192.0.2.1"],
};

async function lookUp(name: string): Promise<readonly string[]> {
  const found = NAMES[name];
  if (found === undefined) throw new Error(`no such host: ${name}`);
  return found;
}

const among = (entries: readonly string[], host: string, addresses: readonly string[] = [host]) =>
  new AllowedHosts(entries, lookUp).among(host, addresses);

describe("the addresses that a client may connect to", () => {
  test.each([
    ["127.0.0.1", "127.0.0.1"],
    ["127.0.0.0/8", "127.9.9.9"],
    ["0.0.0.0/0", "8.8.8.8"],
    ["::/0", "fd00::1"],
    ["fd00::/8", "fd12::1"],
    ["::1", "0:0:0:0:0:0:0:1"],
    ["10.0.0.0/8", "::ffff:10.0.0.1"],
    ["gateway.test", "10.1.2.3"],
    ["gateway.test", "fd00::3"],
  ])("%s has %s", async (entry, address) => {
    expect(await among(["192.0.2.9", entry], address)).toEqual([address]);
  });

  test.each([
    ["127.0.0.1", "127.0.0.2"],
    ["10.0.0.0/8", "11.0.0.1"],
    ["10.0.0.0/8", "fd00::1"],
    ["fd00::/8", "10.0.0.1"],
    ["0.0.0.0/0", "::1"],
    ["gateway.test", "192.0.2.1"],
    ["nobody.test", "10.1.2.3"],
  ])("%s has not %s", async (entry, address) => {
    await expect(among([entry], address)).rejects.toMatchObject({
      code: "ERR_IBKR_HOST_NOT_ALLOWED",
      message: `not connected to ${address}: allowedHosts has ${entry}`,
    });
  });

  test("it is the address that counts, and not what a name says; of several those are left that are allowed", async () => {
    const addresses = ["192.0.2.1", "10.1.2.3"];
    expect(await among(["10.0.0.0/8"], "gateway.test", addresses)).toEqual(["10.1.2.3"]);
    await expect(among(["gateway.test"], "gateway.test", ["192.0.2.1"])).rejects.toMatchObject({
      message: "not connected to gateway.test (192.0.2.1): allowedHosts has gateway.test",
    });
  });

  test("an empty list allows nobody", async () => {
    await expect(among([], "127.0.0.1")).rejects.toMatchObject({ code: "ERR_IBKR_HOST_NOT_ALLOWED" });
  });

  test("a host that only the transport can find has to be on the list as it is", () => {
    const allowed = new AllowedHosts(["gateway.test", "10.0.0.0/8"], lookUp);
    allowed.mustHave("Gateway.Test.");
    allowed.mustHave("10.9.9.9");
    for (const host of ["other.test", "192.0.2.1", "::1"])
      expect(() => allowed.mustHave(host)).toThrow(
        expect.objectContaining({ code: "ERR_IBKR_HOST_NOT_ALLOWED" }),
      );
  });
});

test.each([
  ["allowedHosts[0]", [""]],
  ["allowedHosts[0]", ["300.1.1.1"]],
  ["allowedHosts[0]", ["10.0.0.0/33"]],
  ["allowedHosts[1]", ["a", "a b"]],
  ["allowedHosts[0]", ["fd00::/129"]],
  ["allowedHosts[0]", ["http://gateway"]],
])("%s is refused: %j", async (name, allowedHosts) => {
  await expect(connectBroker({ allowedHosts })).rejects.toMatchObject({
    code: "ERR_IBKR_OPTION",
    message: expect.stringMatching(
      new RegExp(`^${name.replace(/[[\]]/g, "\\$&")} is .* \\(allowed: an IP address, a range such as`),
    ),
  });
});

test("no connection is made to a gateway that is not allowed, and one is where its name or address is", async () => {
  const gateway = await ScriptedGateway.start();
  const { port } = gateway;
  try {
    for (const host of ["127.0.0.1", "localhost"]) {
      await expect(connectBroker({ host, port, allowedHosts: ["10.0.0.0/8"] })).rejects.toMatchObject({
        code: "ERR_IBKR_HOST_NOT_ALLOWED",
      });
      for (const entry of ["127.0.0.0/8", "localhost"])
        await (await connectBroker({ host, port, allowedHosts: [entry] })).close();
    }
    expect(gateway.peers.length).toBe(4);
  } finally {
    await gateway.stop();
  }
});
