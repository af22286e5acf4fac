/** Something that needs one of a limited number of lines. */
export interface Claim {
  /** Higher goes first. */
  readonly priority: number;
  /** It has a line now. */
  granted(): void;
  /** It has lost its line to one of higher priority, or to a limit that turned out to be lower. */
  displaced(): void;
}

interface Entry {
  readonly claim: Claim;
  /** Of two with the same priority the older one goes first. */
  readonly sequence: number;
  holds: boolean;
}

/** Gives out lines by priority: what does not fit waits, or displaces what is below it. */
export class LineBudget {
  private readonly entries = new Map<Claim, Entry>();
  private sequence = 0;
  private held = 0;
  private limit: number;
  private isStopped = false;

  /** @param capacity how many lines there are */
  constructor(readonly capacity: number) {
    this.limit = capacity;
  }

  /** Lines in use. */
  get used(): number {
    return this.held;
  }
  /** Claims that wait for one. */
  get waiting(): number {
    return this.entries.size - this.held;
  }
  /** How many lines there are, as far as is known: the capacity, or less where the gateway refused one. */
  get available(): number {
    return this.limit;
  }

  has(claim: Claim): boolean {
    return this.entries.has(claim);
  }

  add(claim: Claim): void {
    const isAlone = this.waiting === 0;
    const entry = { claim, sequence: this.sequence++, holds: false };
    this.entries.set(claim, entry);
    // Thousands are added one by one: none of the others is looked at where there is a line for each.
    if (isAlone && this.held < this.limit) this.grant(entry);
    this.settle();
  }

  remove(claim: Claim): void {
    const entry = this.entries.get(claim);
    if (entry === undefined) return;
    this.entries.delete(claim);
    if (entry.holds) this.held -= 1;
    this.settle();
  }

  /** The priority of a claim has changed. */
  changed(): void {
    this.settle();
  }

  /** The gateway refused a line that there should have been: somebody else of the login has the rest. */
  refused(claim: Claim): void {
    const entry = this.entries.get(claim);
    if (entry === undefined || !entry.holds) return;
    entry.holds = false;
    this.held -= 1;
    this.limit = Math.min(this.limit, this.held);
    this.settle();
  }

  /** What was learned of the limit may no longer be so: all lines are there again. */
  reset(): void {
    this.limit = this.capacity;
    this.settle();
  }

  /** What waits gets no line any more. */
  stop(): void {
    this.isStopped = true;
  }

  /** Those with a line, those of high priority first. */
  holders(): Claim[] {
    return [...this.entries.values()]
      .filter(({ holds }) => holds)
      .sort(inOrder)
      .map(({ claim }) => claim);
  }

  private settle(): void {
    while (this.waiting > 0 && !this.isStopped) {
      const next = this.first((entry) => !entry.holds);
      if (next === undefined) return;
      if (this.held >= this.limit) {
        const last = this.last();
        if (last === undefined || last.claim.priority >= next.claim.priority) return;
        this.drop(last);
        if (!this.entries.has(next.claim) || next.holds) continue;
      }
      this.grant(next);
    }
  }

  private grant(entry: Entry): void {
    entry.holds = true;
    this.held += 1;
    entry.claim.granted();
  }

  private drop(entry: Entry): void {
    entry.holds = false;
    this.held -= 1;
    entry.claim.displaced();
  }

  private first(fits: (entry: Entry) => boolean): Entry | undefined {
    let best: Entry | undefined;
    for (const entry of this.entries.values())
      if (fits(entry) && (best === undefined || inOrder(entry, best) < 0)) best = entry;
    return best;
  }

  private last(): Entry | undefined {
    let worst: Entry | undefined;
    for (const entry of this.entries.values())
      if (entry.holds && (worst === undefined || inOrder(entry, worst) > 0)) worst = entry;
    return worst;
  }
}

function inOrder(a: Entry, b: Entry): number {
  return b.claim.priority - a.claim.priority || a.sequence - b.sequence;
}
