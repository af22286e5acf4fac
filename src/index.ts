// The public surface, nothing else. Every name of @stoqey/ib, with IBApi and IBApiNext on the native engine.
export * from "@stoqey/ib";
export * from "./api/extensions";
export { IBApi, IBApi as default } from "./api/ibApi";
export { IBApiNext, type IBApiNextOptions } from "./api/ibApiNext";
export type { IBApiOptions } from "./api/options";
export type { SessionStats } from "./native/load";
export type { EngineOptions, ReadMode, RingPolicy } from "./native/options";
export type { TickHandler } from "./native/pump";
export { type Tick, TickKind, UNSET } from "./native/tick";
