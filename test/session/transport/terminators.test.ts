import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  type ConnectBrokerOptions,
  type ConnectedBroker,
  connectBroker,
  contracts,
} from "../../../src/index.js";
import type { TlsOptions } from "../../../src/session/transport/transport-options.js";
import { SimulatedGateway } from "../../../src/sim/index.js";
import {
  type Certificates,
  HAS_OPENSSL,
  makeCertificates,
  type Pair,
} from "../../support/tls/certificates.js";
import {
  freePort,
  TERMINATORS,
  type TerminatorKind,
  type TerminatorOptions,
} from "../../support/tls/terminators.js";

const LATE_MS = 3_000;
const AAPL = contracts.stock("AAPL");

const canRun = ({ name, isThere }: TerminatorKind) => {
  const missing = !isThere ? name : HAS_OPENSSL ? undefined : "openssl";
  if (missing !== undefined) console.log(`skipped: TLS against ${name} (${missing} is not installed)`);
  return missing === undefined;
};

let certificates: Certificates;
let sim: SimulatedGateway;
let clientId = 0;
const ends: (() => Promise<unknown>)[] = [];

describe.each(TERMINATORS.filter(canRun))("a gateway behind $name", (terminator) => {
  beforeAll(async () => {
    certificates = makeCertificates();
    sim = await SimulatedGateway.start({ seed: 7, tickIntervalMs: 5 });
  });
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  afterAll(async () => {
    await sim.stop();
    certificates.remove();
  });

  async function front(certificate: Pair, more: Partial<TerminatorOptions> = {}): Promise<number> {
    const started = await terminator.start({ port: sim.port, certificate, ...more });
    ends.push(() => started.stop());
    return started.port;
  }

  async function broker(
    port: number,
    tls: Omit<TlsOptions, "kind"> = { ca: certificates.ca },
    more: ConnectBrokerOptions = {},
  ): Promise<ConnectedBroker> {
    const transport = { kind: "tls", ...tls } as const;
    const times = { connectTimeoutMs: LATE_MS, handshakeTimeoutMs: LATE_MS };
    const connected = await connectBroker({ port, transport, clientId: ++clientId, ...times, ...more });
    ends.push(() => connected.close());
    return connected;
  }

  test.each([193, 226])(
    "server version %i: orders, ticks and answers as over TCP",
    async (maxServerVersion) => {
      const port = await front(certificates.server);
      const connected = await broker(port, undefined, { maxServerVersion });
      const [{ contract }] = await connected.lookups.contractDetails(AAPL);
      expect(contract.conId).toBeGreaterThan(0);
      const status = new Promise((resolve) => connected.on("orderStatus", resolve));
      const id = connected.orders.nextOrderId();
      const order = { action: "BUY", orderType: "LMT", totalQuantity: 1, lmtPrice: 1, tif: "DAY" } as const;
      connected.orders.place(id, contract, order as never);
      expect(await status).toMatchObject({ orderId: id, status: expect.stringMatching(/Submitted/) });
      connected.orders.cancelAll();
      const { bytesRead, bytesSent, pendingBytes, unsentBytes } = connected.stats ?? {};
      expect(bytesRead).toBeGreaterThan(100);
      expect(bytesSent).toBeGreaterThan(50);
      expect([pendingBytes, unsentBytes]).toEqual([expect.any(Number), 0]);
    },
  );

  test("a name is asked for and checked, and the name of another one is not taken", async () => {
    const port = await front(certificates.otherHost);
    await broker(port, { ca: certificates.ca, servername: "gateway.test" });
    await expect(broker(port)).rejects.toMatchObject({
      code: "ERR_IBKR_CERTIFICATE",
      message: expect.stringMatching(/^the certificate of 127\.0\.0\.1:\d+ is not for this host: /),
    });
  });

  test("a certificate that a root of another signed is refused, and so it is where the roots are Node's", async () => {
    const port = await front(certificates.server);
    for (const ca of [certificates.otherCa, undefined])
      await expect(broker(port, { ca })).rejects.toMatchObject({
        code: "ERR_IBKR_CERTIFICATE",
        message: expect.stringContaining("is signed by nobody that ca knows"),
      });
  });

  test("an expired certificate is refused, pinned or not", async () => {
    const port = await front(certificates.expired);
    const expired = {
      code: "ERR_IBKR_CERTIFICATE",
      retryable: false,
      message: expect.stringMatching(/^the certificate of 127\.0\.0\.1:\d+ has expired/),
    };
    await expect(broker(port)).rejects.toMatchObject(expired);
    const { fingerprint } = certificates.expired;
    await expect(broker(port, { fingerprints: fingerprint })).rejects.toMatchObject({
      ...expired,
      message: expect.stringMatching(/has expired: it was valid until Jan {1,2}2 00:00:00 2020 GMT$/),
    });
  });

  test("a pin alone is enough for a certificate that nobody signed, and another one is refused", async () => {
    const port = await front(certificates.selfSigned);
    const { fingerprint } = certificates.selfSigned;
    await broker(port, { fingerprints: fingerprint });
    await broker(port, { fingerprints: ["0".repeat(64), fingerprint.replaceAll(":", "").toLowerCase()] });
    for (const ca of [undefined, certificates.selfSigned.cert])
      await expect(broker(port, { ca, fingerprints: ["ab".repeat(32)] })).rejects.toMatchObject({
        code: "ERR_IBKR_CERTIFICATE",
        message: expect.stringContaining(`is another one than transport.fingerprints allows: ${fingerprint}`),
      });
  });

  test.each(["TLSv1.2", "TLSv1.3"] as const)(
    "a client's certificate is given, from %s on",
    async (minVersion) => {
      const port = await front(certificates.server, { clientCa: certificates.ca });
      const { cert, key } = certificates.client;
      const connected = await broker(port, { ca: certificates.ca, cert, key, minVersion });
      expect(await connected.lookups.serverTimeMs()).toBeGreaterThan(0);
    },
  );

  test("without a client's certificate, or with a stranger's, it fails within the time and says so", async () => {
    const port = await front(certificates.server, { clientCa: certificates.ca });
    // What the terminator says of it races with the end of the connection: either is told clearly.
    const clearly = (message: RegExp) => ({
      code: expect.stringMatching(/^ERR_IBKR_(TLS|HANDSHAKE|CONNECTION_LOST)$/),
      message: expect.stringMatching(message),
    });
    await expect(broker(port)).rejects.toMatchObject(clearly(/wants a certificate of the client/));
    const { cert, key } = certificates.strangeClient;
    await expect(broker(port, { ca: certificates.ca, cert, key })).rejects.toMatchObject(
      clearly(/does not take the (client's certificate|certificate of transport\.cert)|ended the handshake/),
    );
  });

  test("a gateway that is down behind it is told as a handshake that failed", async () => {
    const port = await front(certificates.server, { port: await freePort() });
    // Some find out before their own handshake is over.
    await expect(broker(port)).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_IBKR_(TLS|HANDSHAKE|CONNECTION_LOST)$/),
      message: expect.stringMatching(/the gateway behind (it is|the TLS server may be) down/),
    });
  });

  test("a client of plain TCP on its port is refused within the time", async () => {
    const port = await front(certificates.server);
    await expect(connectBroker({ port, handshakeTimeoutMs: LATE_MS })).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_IBKR_(HANDSHAKE|FRAME_LENGTH|CONNECTION_LOST)$/),
    });
  });

  test("a terminator that dies ends the connection as lost", async () => {
    const started = await terminator.start({ port: sim.port, certificate: certificates.server });
    const connected = await broker(started.port);
    const over = new Promise((resolve) => connected.on("state", resolve));
    await started.stop();
    expect(await over).toBe("down");
    await expect(connected.lookups.serverTimeMs()).rejects.toMatchObject({ code: "ERR_IBKR_NOT_SENT" });
  });
});

test.skipIf(!HAS_OPENSSL)(
  "TLS to a plain gateway fails within the time, and says what it may be",
  async () => {
    const plain = await SimulatedGateway.start({ seed: 7 });
    try {
      const attempt = connectBroker({ port: plain.port, transport: "tls", handshakeTimeoutMs: 300 });
      await expect(attempt).rejects.toMatchObject({
        code: "ERR_IBKR_TLS",
        message: expect.stringMatching(/perhaps it speaks none|speaks no TLS/),
      });
    } finally {
      await plain.stop();
    }
  },
);
