import { defineSimulatedSuite } from "./simulated.js";

/** The same tests with this package in stock's place, at the same server versions and at the newest. */
for (const serverVersion of [176, 187, 193, 226]) defineSimulatedSuite("ours", serverVersion);
