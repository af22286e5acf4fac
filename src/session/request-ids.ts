/** Orders count up from 1 and rarely get here: an error's id tells so whether it is about a request. */
const FIRST = 0x40000000;
const LAST = 0x7fffffff;

/** Numbers for requests of our own on one session, whoever asks; used again only after a billion others. */
export class RequestIds {
  private next = FIRST;
  private wrapped = false;

  take(): number {
    const id = this.next;
    if (id === LAST) {
      this.next = FIRST;
      this.wrapped = true;
    } else {
      this.next = id + 1;
    }
    return id;
  }

  /** Whether a request of ours has or had this number. */
  wasTaken(id: number): boolean {
    return id >= FIRST && id <= LAST && (this.wrapped || id < this.next);
  }
}
