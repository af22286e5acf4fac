// The emergency stop: a question, the token, one request.
import { byId, setText } from "./cells.js";

/** @param token that the page was opened with */
export function stopButton(token: () => string): void {
  const dialog = byId<HTMLDialogElement>("stop-dialog");
  const confirm = byId<HTMLButtonElement>("stop-confirm");
  const answer = byId("stop-answer");
  const own = byId<HTMLInputElement>("stop-token");
  byId("stop").addEventListener("click", () => {
    setText(answer, "");
    own.value = token();
    byId("token-label").hidden = token() !== "";
    dialog.showModal();
    // Return does not stop by mistake.
    byId("stop-cancel").focus();
  });
  confirm.addEventListener("click", async () => {
    confirm.disabled = true;
    const reason = byId<HTMLInputElement>("stop-reason").value.trim() || "dashboard";
    try {
      const response = await fetch("stop", {
        method: "POST",
        headers: { authorization: `Bearer ${own.value}`, "content-type": "application/json" },
        body: JSON.stringify({ reason }),
      });
      if (response.ok) dialog.close();
      else setText(answer, await response.text());
    } catch {
      setText(answer, "The program does not answer. Stop it where it runs: ibkr-native stop.");
    } finally {
      confirm.disabled = false;
    }
  });
}
