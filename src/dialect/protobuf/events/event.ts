import type { Incoming, IncomingName } from "../../../protocol/messages.js";
import type { ProtobufHost } from "../../host.js";

/** Raises the events of one decoded message. */
export type EventHandler<N extends IncomingName> = (message: Incoming<N>, host: ProtobufHost) => void;

/** Handlers by message name. */
export type EventHandlers = { readonly [N in IncomingName]?: EventHandler<N> };

/**
 * Raises several events of one message: a listener that throws does not cost the others theirs. As in the text dialect
 * the last error goes on when all are out.
 */
export class EventSeries {
  private failed = false;
  private failure: unknown;

  constructor(private readonly host: ProtobufHost) {}

  emit(...event: Parameters<ProtobufHost["emitEvent"]>): void {
    try {
      this.host.emitEvent(...event);
    } catch (error) {
      this.failed = true;
      this.failure = error;
    }
  }

  end(): void {
    if (this.failed) throw this.failure;
  }
}
