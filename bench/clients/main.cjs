"use strict";

const OPEN_MILLIS = 5000;

/** The driver's first order id; an error when the conversation does not begin. */
async function open(driver) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no nextValidId within ${OPEN_MILLIS} ms`)), OPEN_MILLIS);
  });
  try {
    return await Promise.race([driver.open(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Runs the scenario of the spec on the command line with the driver `create` makes; prints one JSON line. */
async function main(create, scenarios) {
  const spec = JSON.parse(process.argv[2]);
  const driver = create(spec);
  const firstOrderId = await open(driver);
  const result = await scenarios[spec.scenario](driver, { ...spec, firstOrderId });
  await new Promise((resolve) => process.stdout.write(`${JSON.stringify(result)}\n`, resolve));
  driver.close();
  // A client may keep timers; the line is out, so nothing is lost.
  setTimeout(() => process.exit(0), 20);
}

module.exports = {
  run: (create, scenarios = require("./scenarios.cjs")) =>
    main(create, scenarios).catch((error) => {
      process.stderr.write(`${error.stack.split("\n").slice(0, 3).join("\n")}\n`);
      process.exit(1);
    }),
};
