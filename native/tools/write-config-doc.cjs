// Writes docs/configuration.md and schema/ibkr-config.schema.json from the rules of the options (src/config); part of
// `npm run build:ts`. With --check it writes nothing and fails where they are not what it would write: `npm run lint`.
const fs = require("node:fs");
const path = require("node:path");

const HEAD = `# Configuration

Written by \`native/tools/write-config-doc.cjs\` from the rules of the options: do not edit.

\`IBKRConfig\` says what a client is told before it connects. \`IBKRClient.connect()\` takes all of it without being asked:

\`\`\`ts
import { IBKRClient, IBKRConfig } from "ibkr-native";

const config = await IBKRConfig.load({ environment: "simulation", profile: "low-latency" });
console.log(config.explain()); // each option, its value, where that comes from, and instead of what
const client = await IBKRClient.connect(config);
await client.close();
\`\`\`

## Sources

The first that says something wins, option by option, also inside of \`live\`, \`journal\`, \`features\` and \`simulation\`:

1. arguments: of \`IBKRConfig.load(options)\` or \`IBKRClient.connect(options)\`;
2. variables of the environment, those of the table below; an empty one is none;
3. the file that the argument \`config\` or the variable \`IBKR_CONFIG\` names; no file is looked for;
4. defaults: of the environment, of the profile, of the option.

\`IBKRConfig.load(options)\` reads all of them, \`IBKRConfig.fromEnv()\` variables alone, \`IBKRConfig.fromFile(path)\` a file
alone. \`config.values\` has everything filled in. \`config.explain()\` is an object (\`entries\`) and, printed, a table.
Account ids are redacted in both, in a printed configuration, and in the errors of this page (\`DU***67\`).

A port goes with its environment: where a stronger source names the environment, the port of a weaker one does not
count. A program that says \`"paper"\` does not trade live because of a variable or a file.

What is not allowed is refused with \`ERR_IBKR_OPTION\` before anything is opened, in the words of the source:

\`\`\`
port is 70000 (allowed: an integer from 1 to 65535)
IBKR_PORT (environment variable) is "http" (allowed: an integer from 1 to 65535)
ibkr.yaml:3: profil is not known (allowed: host, port, …): did you mean profile?
\`\`\`

A variable whose name is nearly one of these (\`IBKR_READONLY\`) is refused, too; other names with \`IBKR_\` are other
programs'. The drop-in, \`connectBroker\`, \`connectOrders\` and \`IBKRDataStream.connect\` read host, port and rate from
variables, as before, and no file.

## Files

| ends in | is |
|---|---|
| \`.json\` | JSON |
| \`.yaml\`, \`.yml\` | YAML |
| \`.js\`, \`.mjs\`, \`.cjs\` | a module: its default export is the options, or a function that returns them or a promise of them |
| \`.ts\`, \`.mts\`, \`.cts\` | the same in TypeScript, on every Node from 20 on; \`satisfies IBKRConfigOptions\` has its types checked by an editor |

Names of files and folders in it (\`journal.folder\`, and \`replay\`, \`ticks\`, \`scenario\`, \`referenceData\` of \`simulation\`) are
relative to its folder. Editors know its options by the JSON schema that is shipped: \`"$schema":
"./node_modules/ibkr-native/schema/ibkr-config.schema.json"\` in JSON, in YAML

\`\`\`yaml
# yaml-language-server: $schema=./node_modules/ibkr-native/schema/ibkr-config.schema.json
environment: paper
profile: low-latency
clientId: 7
journal:
  folder: state
\`\`\`

## Environments

| environment | port | account | needs |
|---|---|---|---|
| \`paper\`, the default | 4002 | of paper trading (\`DU…\`, \`DF…\`); a login with an account of real money is refused when it has connected | |
| \`live\` | 4001 | of real money; \`DU…\` and \`DF…\` are refused | \`account\`, and \`confirmLive: true\` in arguments or file |
| \`simulation\` | one that is free | the simulated gateway's | |

\`simulation\` takes \`seed\`, \`replay\` and \`speed\`, and every option of a [simulated gateway](simulated-gateway.md). What is said of
a simulation, or of a host and port, is left aside where a stronger source names another environment, and refused where none
does.

## Logs

The package writes nothing by itself. \`setupLogging()\` makes a logger of [pino](https://getpino.io), and clients of the configuration
log to it; a program may, too:

\`\`\`js
const config = await IBKRConfig.load(); // IBKR_LOG_LEVEL=info
const log = await config.setupLogging(); // lines of JSON to the process's output, or { destination }
const client = await IBKRClient.connect(config);
log.info({ lots: 3 }, "ready to trade");
\`\`\`

A logger of the program's own: \`IBKRClient.connect({ logger })\`, or \`config.setupLogging({ logger })\`; any object with \`trace\`,
\`debug\`, \`info\`, \`warn\`, \`error\`, \`fatal\` and \`child\` will do. Each line has \`clientId\`, a \`component\` and fields whose names end in
their unit:

| \`component\` | what is said |
|---|---|
| \`connection\` | each state (ready \`info\`, down and upstream lost \`warn\`, with the reason and \`nextAttemptMs\`), what reconciliation found, faults (\`error\`), what the gateway says (\`info\`, with its \`gatewayCode\`) |
| \`orders\` | each order, its status changes, executions, how it ended and how long it took (\`info\`); what was refused (\`warn\`); orders of which nobody knows what became (\`error\`) |
| \`operations\` | each call with \`durationMs\` (\`debug\`); those that failed, denials among them, with the error's \`code\` (\`warn\`) |
| \`data\` | subscriptions (\`info\`), their states (\`debug\`), those that failed (\`warn\`) |

Account ids are redacted (\`DU***67\`) in every line of a client, whoever's the logger is, and in every line of the logger that
\`setupLogging()\` makes, the program's own included: by their form (\`U…\`, \`DU…\`, \`F…\`), and those of the login whatever their form.

### What is said on the wire

For finding out what was said, not for production: \`wireLog: { file: "wire.log" }\` writes every frame of the connection, both ways, as a
line of JSON with its time, its name and its fields (text) or its bytes (protobuf). A file has at most \`maxBytes\`, then it becomes
\`wire.log.1\`, and the oldest of \`maxFiles\` goes: the log never takes more than both multiplied. Lines are written at the end of the
turn of the event loop in which they came; a disk that is full ends the log, is told once as \`error\`, and costs the connection nothing.
Account ids are masked by as many signs as they have (\`DU*****67\`), so that no length in a frame changes.

\`\`\`js
import { decodeWireLog } from "ibkr-native";

for await (const { micros, way, message, fields, events } of decodeWireLog("wire.log")) console.log(micros, way, message, fields, events);
\`\`\`

\`events\` is what a program hears of it. While it is on, each tick comes to JavaScript once more and orders take the general path; off, it
is not even loaded. An order that was armed is sent by the core: a note says that it has left, its frame is not there.

## Profiles

\`IBKRConfig.profiles\` has these values. They are chosen, not measured against each other: \`spin\` where a core may be given away for it,
\`thread\` where a flood is to be read whatever the event loop does, \`loop\` otherwise; [benchmark](benchmark.md) has what each read mode
costs and brings on one machine, and yours may say otherwise. \`IBKRDataStream.connect\` takes them, too, without the journal's.

`;

const code = (value) => `\`${value}\``;
const shown = (value) => (typeof value === "number" ? value.toLocaleString("en-US") : code(value));

/** `an integer from 1 to 65535`, with thousands. */
function allowedText(allowed) {
  return allowed.replace(/\d{5,}/g, (digits) => Number(digits).toLocaleString("en-US"));
}

/** @param facts of optionFacts, @param profiles IBKRConfig.profiles */
function renderPage(facts, profiles) {
  const columns = Object.keys(Object.values(profiles)[0]);
  const head = columns.map((name) => code(name === "fsync" ? "journal.fsync" : name));
  let page = `${HEAD}| profile | ${head.join(" | ")} |\n|${"---|".repeat(columns.length + 1)}\n`;
  for (const [name, values] of Object.entries(profiles))
    page += `| ${code(name)} | ${columns.map((column) => shown(values[column])).join(" | ")} |\n`;
  page += "\n## Options\n";
  for (const [group, options] of facts) {
    page += `\n### ${group}\n\n| option | default | allowed, unit | variable | meaning |\n|---|---|---|---|---|\n`;
    for (const { name, decidedBy, default: value, allowed, text, variables } of options) {
      const [unit, meaning] = text;
      const byDefault = decidedBy ?? (value === undefined ? "undefined" : shown(value));
      const range = `${allowedText(allowed)}${unit === "" ? "" : `; ${unit}`}`;
      page += `| ${code(name)} | ${byDefault} | ${range} | ${variables.map(code).join(", ")} | ${meaning} |\n`;
    }
  }
  return page;
}

function files() {
  const root = path.join(__dirname, "../..");
  const { configSchema, optionFacts } = require(path.join(root, "dist/config/json-schema.js"));
  const { PERFORMANCE_PROFILES } = require(path.join(root, "dist/config/profiles.js"));
  return [
    [path.join(root, "docs/configuration.md"), renderPage(optionFacts(), PERFORMANCE_PROFILES)],
    [path.join(root, "schema/ibkr-config.schema.json"), `${JSON.stringify(configSchema(), null, 2)}\n`],
  ];
}

module.exports = { renderPage };

if (require.main === module) {
  for (const [file, content] of files()) {
    if (!process.argv.includes("--check")) {
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, content);
    } else if (!fs.existsSync(file) || fs.readFileSync(file, "utf8") !== content) {
      console.error(`${file} is out of date: npm run build:ts writes it`);
      process.exitCode = 1;
    }
  }
}
