// Child processes that speak in JSON lines.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** The last lines of what a process said on stderr. */
const tail = (text) => text.trim().split("\n").slice(-12).join("\n");

/** A program started, its stdout as parsed lines. */
export class JsonProcess {
  #lines = [];
  #waiting = [];
  #stderr = "";
  #exit;
  #closed;

  /**
   * @param name how errors call it
   * @param timeoutMillis after which it is ended
   */
  constructor(name, command, args, timeoutMillis) {
    this.name = name;
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], timeout: timeoutMillis });
    this.child = child;
    child.stderr.on("data", (chunk) => {
      this.#stderr = tail(this.#stderr + chunk);
    });
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith("{")) this.#lines.push(line);
      this.#settle();
    });
    child.on("error", (error) => this.#ended(`cannot start: ${error.message}`));
    this.#closed = new Promise((resolve) => {
      child.on("close", (code, signal) => {
        this.#ended(signal ? `ended by ${signal} (it has ${timeoutMillis} ms)` : `exit code ${code}`);
        resolve();
      });
    });
  }

  /** The next line; rejects with what the process said when it ends without one. */
  next() {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#settle();
    });
  }

  /** Resolves when the process is gone; one that does not go by itself is ended after `graceMillis`. */
  async finish(graceMillis) {
    const timer = setTimeout(() => this.child.kill(), graceMillis);
    await this.#closed;
    clearTimeout(timer);
  }

  #ended(how) {
    this.#exit ??= how;
    this.#settle();
  }

  #settle() {
    while (this.#waiting.length > 0 && this.#lines.length > 0) {
      const { resolve, reject } = this.#waiting.shift();
      const line = this.#lines.shift();
      try {
        resolve(JSON.parse(line));
      } catch {
        reject(new Error(`${this.name}: "${line.slice(0, 60)}" is not a whole line of JSON`));
      }
    }
    if (this.#exit === undefined) return;
    for (const { reject } of this.#waiting.splice(0))
      reject(new Error(`${this.name}: ${this.#exit}${this.#stderr ? `\n${this.#stderr}` : ""}`));
  }
}
