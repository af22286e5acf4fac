// What programs that make and end threads must not leave behind.
const fs = require("node:fs");

/** Threads and descriptors of this process; where /proc is missing, 0. */
function held() {
  try {
    return {
      threads: Number(/Threads:\s+(\d+)/.exec(fs.readFileSync("/proc/self/status", "utf8"))[1]),
      descriptors: fs.readdirSync("/proc/self/fd").length,
    };
  } catch {
    return { threads: 0, descriptors: 0 };
  }
}

module.exports = { held };
