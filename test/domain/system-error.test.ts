import { expect, test } from "vitest";
import { fileError, listenError, reasonOf } from "../../src/domain/system-error.js";

const refusal = (code: string | undefined) => Object.assign(new Error("as Node says it"), { code });

test("what the system refuses is said in words, with its code", () => {
  const error = fileError("scenario", "day.yaml", "read", refusal("ENOENT"));
  expect(error.code).toBe("ERR_IBKR_FILE");
  expect(error.message).toBe('scenario "day.yaml" cannot be read: there is no such file or folder (ENOENT)');
  const busy = listenError("127.0.0.1", 4002, refusal("EADDRINUSE"));
  expect(busy.code).toBe("ERR_IBKR_LISTEN");
  expect(busy.message).toMatch(/^cannot listen on 127\.0\.0\.1:4002: the port is in use .* \(EADDRINUSE\)$/);
});

test.each(["EXOTIC", undefined])("a code without words (%s) leaves Node's own", (code) => {
  expect(reasonOf(refusal(code))).toBe("as Node says it");
});
