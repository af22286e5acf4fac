import { IBKRError } from "../../../domain/ibkr-error.js";
import {
  PART_DOUBLE,
  PART_FIXED,
  PART_FLAG,
  PART_INT32,
  PART_NON_ZERO,
  PART_TEXT,
} from "../../../native/layout.js";
import type { ProtobufOrderPart } from "../../../native/load.js";
import { encodeMessage } from "../../../protocol/codec.js";
import { type Field, Kind, layoutOf } from "../../../protocol/layout.js";
import { OUTGOING, PROTOBUF_ID_OFFSET } from "../../../protocol/messages.js";
import type { MessageName } from "../../../protocol/schema.js";
import { contractMessage } from "./contract.js";
import { attachedOrdersMessage, orderMessage } from "./order.js";

const KINDS: Readonly<Partial<Record<Kind, number>>> = {
  [Kind.Int32]: PART_INT32,
  [Kind.Double]: PART_DOUBLE,
  [Kind.String]: PART_TEXT,
  [Kind.Bool]: PART_FLAG,
};

/** As in contract.ts. */
const NON_ZERO: ReadonlySet<string> = new Set(["contract.strike", "contract.multiplier"]);

/**
 * What the core needs to write PLACE_ORDER and CANCEL_ORDER by itself: the codec's own bytes for an order with nothing
 * set, cut into fields, and where the fields of an ordinary order go between them.
 * @param placeholders names such as "contract.conId" and "order.lmtPrice"
 */
export function ordinaryOrderFrames(serverVersion: number, placeholders: readonly string[]) {
  const attached = attachedOrdersMessage({}, serverVersion);
  const tail =
    attached === undefined
      ? new Uint8Array()
      : encodeMessage("PlaceOrderRequest", { attachedOrders: attached });
  return {
    protobuf: {
      head: rawId(OUTGOING.PLACE_ORDER.id),
      tail,
      parts: [
        ...partsOf("Contract", contractMessage({}), "contract", placeholders),
        ...partsOf("Order", orderMessage({}, serverVersion), "order", placeholders),
      ],
    },
    cancel: {
      // Field 1, the order id, and an empty OrderCancel behind it.
      before: Buffer.concat([rawId(OUTGOING.CANCEL_ORDER.id), Buffer.of(0x08)]),
      behind: encodeMessage("CancelOrderRequest", { orderCancel: {} }),
    },
  };
}

function rawId(id: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(id + PROTOBUF_ID_OFFSET);
  return bytes;
}

function partsOf(
  name: MessageName,
  base: object,
  source: string,
  placeholders: readonly string[],
): ProtobufOrderPart[] {
  const parts: ProtobufOrderPart[] = [];
  for (const field of layoutOf(name).fields) {
    const placeholder = placeholders.indexOf(`${source}.${field.name}`);
    const value = (base as Record<string, unknown>)[field.name];
    const otherwise =
      value === undefined ? new Uint8Array() : encodeMessage(name, { [field.name]: value } as never);
    if (placeholder >= 0) {
      parts.push({
        inOrder: source === "order",
        field: field.number,
        kind: NON_ZERO.has(`${source}.${field.name}`) ? PART_NON_ZERO : kindOf(field),
        placeholder,
        otherwise,
      });
    } else if (otherwise.length > 0) {
      parts.push({
        inOrder: source === "order",
        field: field.number,
        kind: PART_FIXED,
        placeholder: 0,
        otherwise,
      });
    }
  }
  return parts;
}

function kindOf(field: Field): number {
  const kind = KINDS[field.kind];
  if (kind === undefined)
    throw new IBKRError("ERR_IBKR_INTERNAL", `${field.name} is no plain field: it cannot have a placeholder`);
  return kind;
}
