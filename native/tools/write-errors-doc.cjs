// Writes docs/errors.md from the tables of codes (src/domain/error-codes.ts, gateway-codes.ts); part of `npm run build:ts`.
// test/docs/errors.test.ts fails where the page in the repository is not what this writes.
const fs = require("node:fs");
const path = require("node:path");

const SCOPES = {
  system: "The program, its installation and its connection",
  request: "One request",
  order: "One order",
  data: "What a gateway sends",
};

const HEAD = `# Errors

Written by \`native/tools/write-errors-doc.cjs\` from \`src/domain/error-codes.ts\` and \`gateway-codes.ts\`: do not edit.

What goes wrong is an \`IBKRError\`: thrown by the call, the reason of a rejected promise, or the first argument of an
\`error\` event. It has

- \`code\`: one of those below. Programs decide by it; messages are for people and may change.
- \`scope\`: what it is about. \`system\`: the program and its connection; \`request\`; \`order\`; \`data\`: what a gateway
  sent. A request that places, changes or cancels an order has the scope \`order\`.
- \`retryable\`: the very same call may succeed later, and repeating it does no harm.
- \`gatewayCode\` and \`gatewayText\`: the gateway's own number and words, where it said something. \`code\`,
  \`retryable\` and, where nobody knows better, \`scope\` then follow from the number: see
  [the gateway's codes](#codes-of-the-gateway).
- \`cause\`: what was underneath, where there was something.

What is refused for its value reads \`port is 70000 (allowed: an integer from 1 to 65535)\`, a name that there is not
\`scenario.weather is not known (allowed: watch, actions)\`.
`;

const NUMBERS = `
## Numbers of \`error\` events

\`IBApi\` and \`IBApiNext\` tell of errors as \`@stoqey/ib\` does: \`error(error, number, requestId)\`, with −1 for what is
about no request. Numbers from 501 to 509 and from 590 to 592 are not the gateway's: they were found on this side. The \`error\` of
those that are errors is an \`IBKRError\`. Every other number is [the gateway's own](#codes-of-the-gateway).

| number | \`ErrorCode\` of \`@stoqey/ib\` | when | codes |
|---|---|---|---|
`;

const EVENTS = {
  501: ["ALREADY_CONNECTED", "`connect()` while connected; an `info` event, not an error"],
  502: ["CONNECT_FAIL", "no connection, no handshake, or the connection broke; `disconnected` follows"],
  503: [
    "UPDATE_TWS",
    "the server, or the dialect spoken with it, lacks the request or one of its fields; nothing was sent",
  ],
  504: [
    "NOT_CONNECTED",
    "a request that was not sent: no connection, or it ended first, or the message was too long; as an `info` event: `disconnect()` while disconnected",
  ],
  505: [
    "UNKNOWN_ID",
    "a message that has no events here, or a cold text message that could not be read to its end",
  ],
  506: ["UNSUPPORTED_VERSION", "the gateway speaks a version that was not offered; `disconnected` follows"],
  507: ["BAD_LENGTH", "a message announced a length outside 1 to 16,777,215 bytes; `disconnected` follows"],
  508: [
    "BAD_MESSAGE",
    "a message could not be read: its bytes are in the error's message; of a handshake, `disconnected` follows",
  ],
  509: [
    "FAIL_SEND",
    "an argument that has no place on the wire, and nothing was sent; or too many unsent bytes, and `disconnected` follows",
  ],
  590: [
    "– (our own)",
    "the guard thread could not be started, and the connection goes on without it; an `info` event, not an error",
  ],
  591: [
    "– (our own)",
    "an option that there is not, usually a misspelt one, which has no effect; an `info` event, not an error",
  ],
  592: [
    "– (our own)",
    "the risk gate cannot count a position, whose currency has no rate: it is HALTED; an `info` event, not an error",
  ],
};

const GATEWAY = `
## Codes of the gateway

Every number that Interactive Brokers lists in public, in our words; \`gatewayCodeInfo(code, text)\` tells a program the
same. An error with such a number has the \`code\` of its row; where the text decides, those behind it, too. A dash in its
place: it is only said, and ends neither a request nor an order (\`effect: "notice"\`). An error is about what was asked:
321 about an order has the scope \`order\`. Numbers that are in no list are \`ERR_IBKR_GATEWAY\`, from 1100 to 1399 and
2100 to 2199 notices.
`;

/** The rows of one subject. */
function renderGroups(groups, infoOf) {
  const rows = groups.flatMap((group) =>
    Object.entries(group.codes).map(([number, entry]) => [Number(number), entry, group.effect === "notice"]),
  );
  let table = "\n| number | error | scope | retryable | meaning | what to do |\n|---|---|---|---|---|---|\n";
  for (const [number, { texts = [] }, isNotice] of rows.sort(([a], [b]) => a - b)) {
    const { error, scope, retryable, meaning, remedy } = infoOf(number);
    const codes = [...new Set([error, ...texts.map(([, code]) => code)])].map((code) => `\`${code}\``);
    table += `| ${number} | ${isNotice ? "–" : codes.join(", ")} | ${scope} | ${retryable ? "yes" : "no"} | ${meaning} | ${remedy} |\n`;
  }
  return table;
}

/**
 * The page.
 * @param codes the table ERROR_CODES
 * @param gatewayCodes the tables GATEWAY_CODES
 * @param infoOf gatewayCodeInfo
 */
function render(codes, gatewayCodes, infoOf) {
  const entries = Object.entries(codes);
  let page = HEAD;
  for (const [scope, title] of Object.entries(SCOPES)) {
    const rows = entries.filter(([, entry]) => entry.scope === scope);
    if (rows.length === 0) continue;
    page += `\n## ${title}: scope \`${scope}\`\n\n| code | retryable | meaning | what to do |\n|---|---|---|---|\n`;
    for (const [code, { retryable, meaning, remedy }] of rows) {
      page += `| \`${code}\` | ${retryable ? "yes" : "no"} | ${meaning} | ${remedy} |\n`;
    }
  }
  page += NUMBERS;
  for (const [number, [name, when]] of Object.entries(EVENTS)) {
    const mine = entries.filter(([, entry]) => entry.numbers?.includes(Number(number)));
    page += `| ${number} | \`${name}\` | ${when} | ${mine.map(([code]) => `\`${code}\``).join(", ") || "–"} |\n`;
  }
  page += GATEWAY;
  for (const [subject, groups] of Object.entries(gatewayCodes)) {
    page += `\n### ${subject}\n${renderGroups(groups, infoOf)}`;
  }
  return page;
}

module.exports = { render, EVENTS };

if (require.main === module) {
  const root = path.join(__dirname, "../..");
  const { ERROR_CODES } = require(path.join(root, "dist/domain/error-codes.js"));
  const { GATEWAY_CODES, gatewayCodeInfo } = require(path.join(root, "dist/domain/gateway-codes.js"));
  fs.writeFileSync(path.join(root, "docs/errors.md"), render(ERROR_CODES, GATEWAY_CODES, gatewayCodeInfo));
}
