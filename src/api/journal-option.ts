import { check } from "../domain/check.js";
import { OrderJournal } from "../orders/journal.js";
import { type JournalOptions, journalOptions } from "../orders/journal-contents.js";
import type { SessionOptions } from "../session/session-options.js";

/** The folder of a journal, which has to be there, or more; its endpoint and client id are those of the connection. */
export type ApiJournalOptions = string | Omit<JournalOptions, "endpoint" | "clientId">;

/** @throws IBKRError `ERR_IBKR_OPTION`, `ERR_IBKR_JOURNAL_…` */
export function openJournal(
  given: ApiJournalOptions | undefined,
  { host, port, clientId }: SessionOptions,
): OrderJournal | undefined {
  if (given === undefined) return undefined;
  const named = { ...(typeof given === "string" ? { folder: given } : given) };
  const options = check(journalOptions(), { ...named, endpoint: `${host}:${port}`, clientId }, "journal");
  return new OrderJournal(options);
}
