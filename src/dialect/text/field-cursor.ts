import { UnderrunError } from "@stoqey/ib/dist/core/io/decoder";

/** How much of a message an error shows. */
const SHOWN_FIELDS = 32;
const SHOWN_CHARACTERS = 256;

/**
 * Goes through the fields of a text frame without splitting it first: a frame of 16 MB can be as many fields, of which
 * its message may want three. What stands behind the last NUL is no field.
 */
export class FieldCursor {
  /** Fields taken so far. */
  taken = 0;
  private text = "";
  private at = 0;
  private end = 0;

  begin(frame: string): void {
    this.text = frame;
    this.at = 0;
    this.end = frame.lastIndexOf("\0") + 1;
    this.taken = 0;
  }

  get atEnd(): boolean {
    return this.at >= this.end;
  }

  /** A bound of the fields that are left: each takes at least its NUL. */
  get bytesLeft(): number {
    return this.end - this.at;
  }

  /** @throws UnderrunError if there is none, as stock's decoder has it */
  next(): string {
    const { at } = this;
    if (at >= this.end) throw new UnderrunError("End of message reached.");
    const stop = this.text.indexOf("\0", at);
    this.at = stop + 1;
    this.taken++;
    return this.text.slice(at, stop);
  }

  mark(): { readonly at: number; readonly taken: number } {
    return { at: this.at, taken: this.taken };
  }

  goTo({ at, taken }: { readonly at: number; readonly taken: number }): void {
    this.at = at;
    this.taken = taken;
  }

  /** True if more than `most` fields are left. Costs nothing for a frame that is too short for so many. */
  isLongerThan(most: number): boolean {
    if (this.bytesLeft <= most) return false;
    const { text, end } = this;
    let fields = 0;
    for (let i = this.at; i < end; i++) if (text.charCodeAt(i) === 0 && ++fields > most) return true;
    return false;
  }

  /** The frame as an error shows it: its first fields as JSON, and how much more there is. */
  shown(): string {
    return this.shownFrom(0);
  }

  /** As {@link shown}, what has not been taken. */
  shownFromHere(): string {
    return this.shownFrom(this.at);
  }

  private shownFrom(start: number): string {
    const { text, end } = this;
    const fields: string[] = [];
    let at = start;
    let room = SHOWN_CHARACTERS;
    while (at < end && room > 0 && fields.length < SHOWN_FIELDS) {
      const stop = text.indexOf("\0", at);
      const length = Math.min(stop - at, room);
      fields.push(text.slice(at, at + length));
      room -= length + 1;
      at += length;
      if (at === stop) at++;
    }
    const shown = JSON.stringify(fields);
    return at < end ? `${shown} and ${end - at} more characters` : shown;
  }
}

/** A text that may be as long as a field, as an error shows it. */
export function cut(text: string): string {
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}
