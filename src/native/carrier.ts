/** Who carries the bytes of a session that has no socket of its own: see native/core/net/fed_stream.hpp. */
export interface Carrier {
  /**
   * Bytes that are to go; it takes all of them.
   * @returns one of `CARRIED_…`: where it is pending, {@link NativeSession.delivered} says when the system has them
   */
  carry(bytes: Buffer): number;
  /** What was left over of {@link NativeSession.feed} has been read: more may be fed. */
  wantsMore(): void;
}
