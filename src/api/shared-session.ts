import type { Session } from "../session/session.js";
import { IBApi } from "./ib-api.js";
import { SHARED_SESSION } from "./session-key.js";

/**
 * The drop-in on a connection that somebody else has and ends: `connect()` and `disconnect()` throw
 * `ERR_IBKR_NOT_SUPPORTED`.
 */
export function ibApiOn(session: Session): IBApi {
  return new IBApi({ [SHARED_SESSION]: session } as object);
}
