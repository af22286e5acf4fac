/** The name that was probably meant: another case, a beginning or an end of it, or a letter or two that differ. */
export function nearName(name: string, names: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let least = Math.min(2, Math.floor(wanted.length / 2)) + 1;
  for (const known of names) {
    const other = known.toLowerCase();
    const related = isPart(wanted, other) || isPart(other, wanted);
    const changes = related ? 1 : distance(wanted, other);
    if (changes < least) {
      least = changes;
      best = known;
    }
  }
  return best;
}

/** Three letters at least: the beginning or the end of the other. */
function isPart(part: string, whole: string): boolean {
  return part.length > 2 && (whole.startsWith(part) || whole.endsWith(part));
}

/** Letters to insert, remove, change or swap with their neighbour. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = rows[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(rows[i - 1][j] + 1, row[j - 1] + 1, changed));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j], rows[i - 2][j - 2] + 1);
    }
    rows.push(row);
  }
  return rows[a.length][b.length];
}
