/** "Delayed market data is displayed instead" and its like, and hints about orders (399, 10349). */
const NOTICES: ReadonlySet<number> = new Set([399, 10_090, 10_167, 10_197, 10_349]);

/**
 * Codes of a gateway that say something and end neither a request nor an order (docs/protocol.md, message codes): these,
 * warnings and connectivity (21xx).
 */
export function isGatewayNotice(code: number): boolean {
  return (code >= 2100 && code <= 2199) || NOTICES.has(code);
}
