import { type InspectOptions, inspect } from "node:util";

/**
 * What `console.log` shows of an object: its name, and what its user is to see of it in place of what it is made of.
 * @param depth how deep it may go on, as a method `[inspect.custom]` is told; null: to the end
 */
export function printed(name: string, shown: object, depth: number | null, options: InspectOptions): string {
  if (depth !== null && depth < 0) return `[${name}]`;
  return `${name} ${inspect(shown, { ...options, depth })}`;
}
