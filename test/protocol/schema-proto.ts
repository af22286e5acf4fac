import { type MessageName, SCHEMA } from "../../src/protocol/schema.js";

/** Names of all messages, in the order of the schema. */
export const MESSAGE_NAMES = Object.keys(SCHEMA) as MessageName[];

/** A field's number and type as the schema writes them; read here anew, without the codec's own reader. */
export interface DeclaredField {
  readonly name: string;
  readonly number: number;
  readonly type: string;
  readonly repeated: boolean;
}

export function declaredFields(message: MessageName): DeclaredField[] {
  return Object.entries(SCHEMA[message] as Record<string, string>).map(([name, text]) => {
    const [number, type] = text.split(" ");
    const repeated = type.endsWith("[]");
    return { name, number: Number(number), type: repeated ? type.slice(0, -2) : type, repeated };
  });
}

/** The schema as a .proto, for others to read. */
export function protoText(): string {
  const lines = ['syntax = "proto3";'];
  for (const message of MESSAGE_NAMES) {
    lines.push(`message ${message} {`);
    for (const { name, number, type, repeated } of declaredFields(message)) {
      const declared = repeated
        ? `repeated ${type}`
        : type === "map"
          ? "map<string, string>"
          : `optional ${type}`;
      lines.push(`  ${declared} ${name} = ${number};`);
    }
    lines.push("}");
  }
  return lines.join("\n");
}
