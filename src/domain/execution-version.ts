/** `00025b46.63f8f0f3.01.02` is the second version of `00025b46.63f8f0f3.01`. */
export interface ExecutionVersion {
  /** What all versions of an execution share. */
  readonly base: string;
  /** 1 as it first came; above that a correction. */
  readonly version: number;
}

export function versionOf(execId: string): ExecutionVersion {
  const point = execId.lastIndexOf(".");
  const digits = execId.slice(point + 1);
  if (point < 0 || !/^\d+$/.test(digits)) return { base: execId, version: 1 };
  return { base: execId.slice(0, point), version: Number(digits) };
}
