// Tables whose cells are written only where they have changed: no row is made anew, nothing jumps.

export interface Cell {
  readonly text: string;
  /** Classes besides those of its column. */
  readonly look?: string;
  /** Small text behind it. */
  readonly detail?: string;
  /** What is shown where the pointer rests. */
  readonly title?: string;
  /** A bar instead of a text: from and to, 0 … 1; the paler part goes on to `most`. */
  readonly bar?: { readonly from: number; readonly to: number; readonly most?: number };
}
export interface Row {
  readonly key: string;
  readonly cells: readonly (Cell | string)[];
  readonly look?: string;
}

export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`no element #${id}`);
  return found as T;
}

/** Writes only what differs. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
export function setLook(element: HTMLElement, look: string): void {
  if (element.className !== look) element.className = look;
}

export class Table {
  private readonly body: HTMLTableSectionElement;
  private readonly columns: readonly string[];
  private readonly rows = new Map<string, HTMLTableRowElement>();

  /** @param empty what it says where there is nothing */
  constructor(
    id: string,
    private readonly empty: string,
    private readonly chosen?: (key: string) => void,
  ) {
    const table = byId<HTMLTableElement>(id);
    this.body = table.tBodies[0] as HTMLTableSectionElement;
    this.columns = [...(table.tHead?.rows[0]?.cells ?? [])].map(({ className }) => className);
    this.show([]);
  }

  show(rows: readonly Row[]): void {
    const wanted = rows.length > 0 ? rows : [{ key: "", cells: [{ text: this.empty }], look: "empty" }];
    const keys = new Set(wanted.map(({ key }) => key));
    for (const [key, element] of this.rows) {
      if (keys.has(key)) continue;
      element.remove();
      this.rows.delete(key);
    }
    wanted.forEach((row, at) => {
      const element = this.rows.get(row.key) ?? this.make(row);
      if (this.body.rows[at] !== element) this.body.insertBefore(element, this.body.rows[at] ?? null);
      setLook(element, row.look ?? "");
      row.cells.forEach((cell, column) => {
        fill(element.cells[column] as HTMLTableCellElement, cell, this.columns[column] ?? "");
      });
    });
  }

  private make({ key, cells }: Row): HTMLTableRowElement {
    const element = document.createElement("tr");
    for (let i = 0; i < cells.length; i++) element.append(document.createElement("td"));
    if (key === "") (element.cells[0] as HTMLTableCellElement).colSpan = this.columns.length;
    const { chosen } = this;
    if (chosen !== undefined && key !== "") {
      element.tabIndex = 0;
      element.addEventListener("click", () => chosen(key));
      element.addEventListener("keydown", (event) => {
        if (event.key === "Enter") chosen(key);
      });
    }
    this.rows.set(key, element);
    return element;
  }
}

function fill(element: HTMLTableCellElement, given: Cell | string, column: string): void {
  const cell: Cell = typeof given === "string" ? { text: given } : given;
  setLook(element, [column, cell.look].filter(Boolean).join(" "));
  if (element.title !== (cell.title ?? "")) element.title = cell.title ?? "";
  if (cell.bar !== undefined) {
    fillBar(element, cell.bar);
    return;
  }
  const text = cell.detail === undefined ? cell.text : `${cell.text}\u0000${cell.detail}`;
  if (element.dataset["shown"] === text) return;
  element.dataset["shown"] = text;
  element.textContent = cell.text;
  if (cell.detail === undefined) return;
  const small = document.createElement("small");
  small.textContent = cell.detail;
  element.append(small);
}

function fillBar(element: HTMLTableCellElement, { from, to, most }: NonNullable<Cell["bar"]>): void {
  if (element.firstElementChild === null) {
    const meter = document.createElement("span");
    meter.append(document.createElement("i"), document.createElement("i"));
    element.append(meter);
  }
  const meter = element.firstElementChild as HTMLElement;
  setLook(meter, most !== undefined ? "meter" : to >= 1 ? "meter bad" : to >= 0.8 ? "meter warn" : "meter");
  const [main, rest] = meter.children as unknown as [HTMLElement, HTMLElement];
  rest.className = "most";
  place(main, from, to);
  place(rest, to, most ?? to);
}

function place(element: HTMLElement, from: number, to: number): void {
  const inside = (share: number) => Math.max(0, Math.min(1, share));
  element.style.left = `${(inside(from) * 100).toFixed(1)}%`;
  element.style.width = `${(Math.max(0, inside(to) - inside(from)) * 100).toFixed(1)}%`;
}
