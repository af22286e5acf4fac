const FEWEST_PLACES = 64;
const NOBODY = -1;

/**
 * Who belongs to which number, looked up once for each message: open addressing in a typed array, as numbers of a feed
 * follow each other. A `Map` takes several times as long.
 */
export class LineTable<Line> {
  private keys = new Int32Array(FEWEST_PLACES).fill(NOBODY);
  private lines: (Line | undefined)[] = new Array(FEWEST_PLACES).fill(undefined);
  private mask = FEWEST_PLACES - 1;
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** @param id an integer from 0 on, below 2^31 */
  get(id: number): Line | undefined {
    const { keys, mask } = this;
    let at = id & mask;
    for (;;) {
      const key = keys[at];
      if (key === id) return this.lines[at];
      if (key === NOBODY) return undefined;
      at = (at + 1) & mask;
    }
  }

  set(id: number, line: Line): void {
    const at = this.place(id);
    if (this.keys[at] === NOBODY) this.count += 1;
    this.keys[at] = id;
    this.lines[at] = line;
    if (this.count * 2 > this.mask) this.rebuild(this.keys.length * 2);
  }

  delete(id: number): void {
    const at = this.place(id);
    if (this.keys[at] === NOBODY) return;
    this.keys[at] = NOBODY;
    this.lines[at] = undefined;
    this.count -= 1;
    // Those behind it may have been pushed on by it.
    let next = (at + 1) & this.mask;
    while (this.keys[next] !== NOBODY) {
      const key = this.keys[next];
      const line = this.lines[next];
      this.keys[next] = NOBODY;
      this.lines[next] = undefined;
      const better = this.place(key);
      this.keys[better] = key;
      this.lines[better] = line;
      next = (next + 1) & this.mask;
    }
  }

  /** Where it is, or would be. */
  private place(id: number): number {
    let at = id & this.mask;
    while (this.keys[at] !== id && this.keys[at] !== NOBODY) at = (at + 1) & this.mask;
    return at;
  }

  private rebuild(places: number): void {
    const { keys, lines } = this;
    this.keys = new Int32Array(places).fill(NOBODY);
    this.lines = new Array(places).fill(undefined);
    this.mask = places - 1;
    for (let i = 0; i < keys.length; i++) {
      if (keys[i] === NOBODY) continue;
      const at = this.place(keys[i]);
      this.keys[at] = keys[i];
      this.lines[at] = lines[i];
    }
  }
}
