import { type Dialect, TextDialect } from "./dialect.js";
import { MixedDialect } from "./mixed-dialect.js";
import { SV } from "./server-version.js";

/** The dialect that is spoken at a server version. */
export function dialectFor(serverVersion: number): Dialect {
  return serverVersion < SV.PROTOBUF ? new TextDialect(serverVersion) : new MixedDialect(serverVersion);
}
