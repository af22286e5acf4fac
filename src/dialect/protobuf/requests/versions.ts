/** A request that the server is too old for, or too new. */
export class VersionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "VersionError";
  }
}

/**
 * @param what the member as the caller wrote it, for instance "order.postOnly".
 * @throws VersionError naming member and versions if the server does not know the member yet.
 */
export function requireVersion(what: string, since: number, serverVersion: number): void {
  if (serverVersion < since) {
    throw new VersionError(`${what} needs server version ${since}, this one has ${serverVersion}`);
  }
}
