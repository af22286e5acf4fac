import type { Endpoint } from "./endpoint.js";

/** What connects have taught about endpoints, so that the next one need not learn it again. */
export class EndpointMemory {
  private readonly textOnly = new Set<string>();

  /** The endpoint answered with a version between the dialects: it is offered text at once from now on. */
  rememberTextOnly(endpoint: Endpoint): void {
    this.textOnly.add(keyOf(endpoint));
  }

  isTextOnly(endpoint: Endpoint): boolean {
    return this.textOnly.has(keyOf(endpoint));
  }
}

function keyOf({ host, port }: Endpoint): string {
  return `${host}:${port}`;
}
