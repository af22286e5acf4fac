import {
  SENT_BAD_SIZE,
  SENT_DENIED,
  SENT_NO,
  SENT_OVERTAKEN,
  SENT_QUEUED,
  SENT_READ_ONLY,
  SENT_TAKE_GENERAL_PATH,
  SENT_WHOLE,
} from "./layout.js";

/** What became of a frame. */
export const Sent = {
  /** Nothing was sent: the fast path of orders has no answer for this one. */
  TAKE_GENERAL_PATH: SENT_TAKE_GENERAL_PATH,
  /** Nothing of it was sent, and the connection is ending (or is not open yet). */
  NO: SENT_NO,
  /** Every byte is with the system. */
  WHOLE: SENT_WHOLE,
  /** The socket would not take all of it: the rest goes out, in order, when it is writable. */
  QUEUED: SENT_QUEUED,
  /** Empty or larger than a frame may be, 16,777,215 bytes: not sent, the connection is fine. */
  BAD_SIZE: SENT_BAD_SIZE,
  /** The gate before orders said no: nothing of it was sent, the connection is fine. */
  DENIED: SENT_DENIED,
  /** A new order, and an armed one has taken a higher number meanwhile: nothing of it was sent, the connection is fine. */
  OVERTAKEN: SENT_OVERTAKEN,
  /** The connection only reads: nothing of it was sent, the connection is fine. */
  READ_ONLY: SENT_READ_ONLY,
} as const;
export type Sent = (typeof Sent)[keyof typeof Sent];
