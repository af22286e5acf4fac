/**
 * Orders count up from 1, or from whatever a user chose (seconds since 1970, say): requests have the upper half of the
 * positive integers to themselves, in two rows. The last integer is none of theirs: it means "unset" on the wire.
 */
const ROWS = [
  { first: 0x40000000, last: 0x5fffffff },
  { first: 0x60000000, last: 0x7ffffffe },
] as const;

interface Row {
  readonly first: number;
  readonly last: number;
  next: number;
  wrapped: boolean;
}

/**
 * Numbers for requests of our own on one session, whoever asks: none that an order has, because errors about both come
 * with one number and nothing else. Used again only after half a billion others.
 */
export class RequestIds {
  private readonly rows: readonly Row[] = ROWS.map((row) => ({ ...row, next: row.first, wrapped: false }));
  private row = this.rows[0];

  take(): number {
    const { row } = this;
    const id = row.next;
    if (id === row.last) {
      row.next = row.first;
      row.wrapped = true;
    } else {
      row.next = id + 1;
    }
    return id;
  }

  /** Orders count up from this number: where that is in the row of the requests, these go on in the other one. */
  keepOffOrdersFrom(orderId: number): void {
    this.row = this.rows.find(({ first, last }) => orderId < first || orderId > last) ?? this.rows[0];
  }

  /** Whether a request of ours has or had this number. */
  wasTaken(id: number): boolean {
    return this.rows.some(
      ({ first, last, next, wrapped }) => id >= first && id <= last && (wrapped || id < next),
    );
  }
}
