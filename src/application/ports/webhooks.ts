import type { Service } from '../../domain/provenance.ts';

/** What a service has signed: its clock's second and the bytes it sent. */
export interface SignedMessage {
  service: Service;
  /** As it was sent, epoch seconds. */
  timestamp: string;
  body: Uint8Array;
  /** The sender's id of this delivery. */
  deliveryId: string;
  /** `v1=<hex>` or `v2=<hex>`, several separated by commas. */
  signature: string;
}

/** `v1` signs timestamp and body; `v2` the id of the delivery too. */
export type SignatureForm = 'v1' | 'v2';

/** Secrets that we share with services. */
export interface WebhookSignatures {
  /** Whether there is a secret of the service. */
  knows(service: Service): boolean;
  /** In which form one of the signatures is one of the service's; it takes as long whatever is wrong. Null = in none. */
  signedAs(message: SignedMessage): SignatureForm | null;
}

export interface WebhookDelivery {
  service: Service;
  /** Names by which the message is known again, 16–128 characters each. */
  names: readonly string[];
  event: {
    id: string;
    type: string;
    data: Readonly<Record<string, unknown>>;
    metadata: { correlationId: string };
    /** Epoch ms. */
    occurredAt: number;
  };
  /** Epoch ms. */
  now: number;
}

/** Messages that were taken. */
export interface WebhookReceipts {
  /**
   * Takes a message once, with its event: both or nothing. False when it came before under any of its names.
   * @throws RpcError; after `unavailable` it may have been taken.
   */
  take(delivery: WebhookDelivery): Promise<boolean>;
}
