import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { resolveOptions } from "../../../src/api/options.js";
import { connectBroker } from "../../../src/index.js";
import { ScriptedGateway } from "../../support/scripted-gateway.js";

const KEY = generateKeyPairSync("ed25519", {
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
}).privateKey;

describe("the option transport", () => {
  test.each([undefined, "tcp", { kind: "tcp" }])("%j: a socket of the core's own", (transport) => {
    expect(resolveOptions({ transport } as never, {})).not.toHaveProperty("transport");
  });

  test.each([
    ["tls", "tls"],
    [{ kind: "tls", fingerprints: "AB".repeat(32) }, "tls"],
    [{ kind: "tls", fingerprints: [Array(32).fill("ab").join(":")], minVersion: "TLSv1.3" }, "tls"],
    [{ kind: "custom", connect: () => {} }, "custom"],
  ])("%j", (transport, kind) => {
    expect(resolveOptions({ transport } as never, {}).transport).toMatchObject({ kind });
  });

  test.each([
    [null, "transport is null"],
    ["ssl", 'transport is "ssl"'],
    [{ kind: "ssh" }, /^transport(\.kind)? is /],
    [{ kind: "tls", fingerprint: "x" }, "transport.fingerprint is not known"],
    [{ kind: "tls", fingerprints: "AB:CD" }, 'transport.fingerprints is "AB:CD"'],
    [{ kind: "tls", fingerprints: [] }, "transport.fingerprints is []"],
    [{ kind: "tls", ca: [] }, "transport.ca is []"],
    [{ kind: "tls", minVersion: "TLSv1.1" }, 'transport.minVersion is "TLSv1.1"'],
    [{ kind: "custom" }, "transport.connect is undefined"],
    [{ kind: "custom", connect: 5 }, "transport.connect is 5"],
  ])("%j is refused, in the words of all options", (transport, message) => {
    const expected =
      typeof message === "string" ? expect.stringContaining(message) : expect.stringMatching(message);
    expect(() => resolveOptions({ transport } as never, {})).toThrow(
      expect.objectContaining({ code: "ERR_IBKR_OPTION", message: expected }),
    );
  });

  test("what is secret is not shown where certificate and key do not go together", () => {
    const messages = [
      { cert: "a.pem", passphrase: "hush" },
      { key: KEY, passphrase: "hush" },
    ].map((given) => {
      try {
        return String(resolveOptions({ transport: { kind: "tls", ...given } }, {}));
      } catch (error) {
        return (error as Error).message;
      }
    });
    expect(messages).toEqual([
      "transport.key is undefined (allowed: the key of cert)",
      "transport.cert is undefined (allowed: the certificate of key)",
    ]);
  });

  test.each([
    [
      { ca: "/no/such/ca.pem" },
      "ERR_IBKR_FILE",
      /^transport\.ca "\/no\/such\/ca\.pem" cannot be read: there is no such file/,
    ],
    [{ ca: __filename }, "ERR_IBKR_FILE", /^transport\.ca ".*" has not a certificate in PEM$/],
    [{ ca: KEY }, "ERR_IBKR_OPTION", /^transport\.ca is PEM without a certificate$/],
    [{ cert: KEY, key: KEY }, "ERR_IBKR_OPTION", /^transport\.cert is PEM without a certificate$/],
    [{ cert: "/no/cert", key: KEY }, "ERR_IBKR_FILE", /^transport\.cert /],
  ])(
    "what is no certificate is told when it connects, and nothing is sent: %#",
    async (tls, code, message) => {
      const gateway = await ScriptedGateway.start();
      try {
        await expect(
          connectBroker({ port: gateway.port, transport: { kind: "tls", ...tls } }),
        ).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
        expect(gateway.peers).toEqual([]);
      } finally {
        await gateway.stop();
      }
    },
  );

  test("a simulated gateway of one's own has none", async () => {
    await expect(connectBroker({ environment: "simulation", transport: "tls" })).rejects.toMatchObject({
      code: "ERR_IBKR_OPTION",
      message: expect.stringContaining('nothing, as environment is "simulation"'),
    });
  });
});
