/** Numbers of orders count up from 1 and never get here; a request's error can so never be taken for an order's. */
const FIRST = 0x40000000;
const LAST = 0x7fffffff;

/** Numbers for requests, of one session: above those that orders have, used again only after a billion others. */
export class RequestIds {
  private next = FIRST;

  take(): number {
    const id = this.next;
    this.next = id === LAST ? FIRST : id + 1;
    return id;
  }

  static isRequest(id: number): boolean {
    return id >= FIRST;
  }
}
