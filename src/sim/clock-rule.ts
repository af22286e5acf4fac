import { instance } from "../validation/rules.js";
import type { Clock } from "./clock.js";

const METHODS: readonly (keyof Clock)[] = ["now", "every", "after"];

/** The clock option of gateways and replays. */
export const clockRule = instance<Clock>(
  (value) => METHODS.every((name) => typeof (value as Partial<Clock> | null)?.[name] === "function"),
  "a clock: realClock, or a VirtualClock",
);
