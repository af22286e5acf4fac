/** What an account is by its id: those of paper trading begin with a D (`DU…`, `DF…`). Undefined: the id does not say. */
export function accountKind(id: string): "live" | "paper" | undefined {
  if (/^D[A-Z]?\d+$/i.test(id)) return "paper";
  return /^[A-CE-Z]\d+$/i.test(id) ? "live" : undefined;
}

/** An account's id as it may be printed: `DU***67`. */
export function redactedAccount(id: string): string {
  const [, letters, digits] = /^([A-Za-z]{0,2})(.*)$/s.exec(id) as RegExpExecArray;
  return `${letters}***${digits.length > 4 ? digits.slice(-2) : ""}`;
}
