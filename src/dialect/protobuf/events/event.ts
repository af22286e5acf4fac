import { Delivery } from "../../../domain/delivery.js";
import type { Incoming, IncomingName } from "../../../protocol/messages.js";
import type { ProtobufHost } from "../../host.js";

/** Raises the events of one decoded message. */
export type EventHandler<N extends IncomingName> = (message: Incoming<N>, host: ProtobufHost) => void;

/** Handlers by message name. */
export type EventHandlers = { readonly [N in IncomingName]?: EventHandler<N> };

/** Raises several events of one message; what listeners throw goes on when all are out, as in the text dialect. */
export class EventSeries {
  private readonly delivery = new Delivery();

  constructor(private readonly host: ProtobufHost) {}

  emit(...event: Parameters<ProtobufHost["emitEvent"]>): void {
    try {
      this.host.emitEvent(...event);
    } catch (error) {
      this.delivery.failed(error);
    }
  }

  end(): void {
    this.delivery.end();
  }
}
