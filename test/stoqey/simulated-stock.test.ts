import { defineSimulatedSuite } from "./simulated.js";

/** Stock itself against the simulated gateway: what holds there is the gateway's doing, not our client's. */
for (const serverVersion of [176, 187, 193]) defineSimulatedSuite("stock", serverVersion);
