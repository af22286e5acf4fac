import type { Session } from "../session/session.js";

/** What an IBApi is given, in place of options, that is made on somebody else's session. */
export const SHARED_SESSION: unique symbol = Symbol("a session that somebody else has");

export function sharedSessionOf(options: object | undefined): Session | undefined {
  return (options as { readonly [SHARED_SESSION]?: Session } | undefined)?.[SHARED_SESSION];
}
