/** What a client in the campaign of dying gateways does and says. */
export function live(given: object, say: (told: object) => void, end: Promise<void>): Promise<void>;
