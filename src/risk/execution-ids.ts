import { versionOf } from "../domain/execution-version.js";

/** Ids of executions, of each the newest version: a correction takes the place of what it corrects. */
export class ExecutionIds {
  private readonly newest = new Map<string, string>();

  constructor(ids: Iterable<string> = []) {
    for (const id of ids) this.add(id);
  }

  add(execId: string): void {
    const { base, version } = versionOf(execId);
    const known = this.newest.get(base);
    if (known === undefined || versionOf(known).version <= version) this.newest.set(base, execId);
  }

  get all(): string[] {
    return [...this.newest.values()];
  }

  clear(): void {
    this.newest.clear();
  }
}
