/** How a stream trades freshness for work, by name. */
export interface ProfileValues {
  /** Milliseconds in which the newest value of each field wins; 0: every tick. */
  readonly conflateMs: number;
  /** Milliseconds between two batches, at the least; 0: one per read of the socket. */
  readonly batchMs: number;
  /** Slots of the ring that suit it: the engine's `ringCapacity`, for whoever makes the connection. */
  readonly ringCapacity: number;
}

export type ProfileName = "ultra-low-latency" | "low-latency" | "balanced" | "high-throughput";

/** `balanced` is the default. */
export const PROFILES: Readonly<Record<ProfileName, ProfileValues>> = {
  "ultra-low-latency": { conflateMs: 0, batchMs: 1, ringCapacity: 4_096 },
  "low-latency": { conflateMs: 10, batchMs: 20, ringCapacity: 16_384 },
  balanced: { conflateMs: 100, batchMs: 100, ringCapacity: 65_536 },
  "high-throughput": { conflateMs: 250, batchMs: 250, ringCapacity: 1_048_576 },
};

export const PROFILE_NAMES = Object.keys(PROFILES) as ProfileName[];
