import { NATIVE_REQUEST_METHODS } from "../dialect/extensions/methods.js";
import { REQUEST_METHODS } from "../dialect/text/text-requests.js";

/** Stock's encoder as its API classes call it: every public method. */
export type EncoderFacade = Record<string, (...args: unknown[]) => void>;

/** An object with every request method of stock's encoder and every new one, all of which call `request`. */
export function encoderFacade(request: (method: string, args: readonly unknown[]) => void): EncoderFacade {
  const facade: EncoderFacade = {};
  for (const method of [...REQUEST_METHODS, ...NATIVE_REQUEST_METHODS])
    facade[method] = (...args) => request(method, args);
  return facade;
}
