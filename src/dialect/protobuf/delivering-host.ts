import { Delivery } from "../../domain/delivery.js";
import type { ProtobufHost } from "../host.js";

/**
 * The host as the handlers of one message see it: what a listener throws ends neither the message nor is it taken for
 * a fault of the frame. It comes out of {@link end}.
 */
export class DeliveringHost implements ProtobufHost {
  private readonly delivery = new Delivery();

  constructor(private readonly host: ProtobufHost) {}

  get serverVersion(): number {
    return this.host.serverVersion;
  }

  emitEvent(...event: Parameters<ProtobufHost["emitEvent"]>): void {
    try {
      this.host.emitEvent(...event);
    } catch (error) {
      this.delivery.failed(error);
    }
  }

  emitError(...error: Parameters<ProtobufHost["emitError"]>): void {
    try {
      this.host.emitError(...error);
    } catch (thrown) {
      this.delivery.failed(thrown);
    }
  }

  emitInfo(...info: Parameters<ProtobufHost["emitInfo"]>): void {
    try {
      this.host.emitInfo(...info);
    } catch (error) {
      this.delivery.failed(error);
    }
  }

  /** @throws what the last failing listener threw */
  end(): void {
    this.delivery.end();
  }
}
