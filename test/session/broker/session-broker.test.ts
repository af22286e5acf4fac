import { resolveOptions } from "../../../src/api/options.js";
import { SessionBroker } from "../../../src/session/broker/session-broker.js";
import { Session } from "../../../src/session/session.js";
import { SimulatedGateway } from "../../../src/sim/index.js";
import { brokerContract } from "../../broker/broker-contract.js";

const UNUSED_PORT = 1;

for (const [dialect, maxServerVersion] of [
  ["text", 193],
  ["protobuf", 226],
] as const) {
  brokerContract(`A session in ${dialect}`, async () => {
    const gateway = await SimulatedGateway.start({ port: 0, seed: 1, tickIntervalMs: 20 });
    const brokerAt = (port: number) =>
      new SessionBroker(new Session(resolveOptions({ port, clientId: 1, maxServerVersion })));
    const broker = brokerAt(gateway.port);
    return {
      broker,
      unreachable: brokerAt(UNUSED_PORT),
      breakConnection: () => gateway.fault({ kind: "reset" }),
      close: async () => {
        await broker.close();
        await gateway.stop();
      },
    };
  });
}
