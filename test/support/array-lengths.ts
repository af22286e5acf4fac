/**
 * Runs something and tells the longest array that was made with `new Array(n)` meanwhile: a count that is believed shows
 * here whatever the garbage collector does.
 */
export function longestArray(run: () => void): number {
  const original = globalThis.Array;
  let longest = 0;
  globalThis.Array = new Proxy(original, {
    construct(target, args: unknown[], newTarget) {
      if (args.length === 1 && typeof args[0] === "number") longest = Math.max(longest, args[0]);
      return Reflect.construct(target, args, newTarget === globalThis.Array ? target : newTarget) as object;
    },
  });
  try {
    run();
  } finally {
    globalThis.Array = original;
  }
  return longest;
}
