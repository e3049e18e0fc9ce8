import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { Service } from '../../domain/provenance.ts';
import type { Changed, ForgetAbout } from '../freshness/forget-about.ts';
import { untilKnown } from '../people/without-forgotten.ts';
import type { Clock } from '../ports/clock.ts';
import type { Digest } from '../ports/digest.ts';
import type { EventBus } from '../ports/events.ts';
import type { Ids } from '../ports/ids.ts';
import type { Forgotten } from '../ports/people.ts';
import type { Sessions } from '../ports/sessions.ts';
import type { SignatureForm, SignedMessage, WebhookReceipts, WebhookSignatures } from '../ports/webhooks.ts';

export interface WebhookDeps {
  signatures: WebhookSignatures;
  receipts: WebhookReceipts;
  forgotten: Pick<Forgotten, 'among'>;
  forget: ForgetAbout;
  sessions: Pick<Sessions, 'endUser'>;
  clock: Clock;
  ids: Pick<Ids, 'uuid'>;
  digest: Digest;
}

/** What a service tells: that something has happened, and to whom or what. */
export interface WebhookMessage {
  /** The sender's own id of what has happened. */
  id?: string | undefined;
  type: string;
  /** Epoch ms. */
  occurredAt: number;
  subject: Changed;
}

export interface Webhook extends SignedMessage {
  /** How it is signed, as `check` has found. */
  form: SignatureForm;
  message: WebhookMessage;
  requestId: string;
}

export interface WebhookUseCases {
  /** @throws AppError NOT_FOUND for a service without a secret, UNAUTHORIZED for a message that is not its. */
  check(message: SignedMessage): SignatureForm;
  /**
   * Takes a message that was checked: its event is kept and what is remembered of its subject is forgotten.
   * @throws AppError CONFLICT when it came before; RpcError: it may have been taken, and sending it again tells.
   */
  receive(webhook: Webhook): Promise<void>;
  /** What was taken and then not forgotten, because its process ended, is forgotten when its event is published. */
  makeUpFor(bus: Pick<EventBus, 'subscribe'>): () => void;
}

/** Those who say who people are, and what they say when somebody may no longer do what was allowed before. */
const sayWhoPeopleAre: ReadonlySet<string> = new Set<Service>(['auth', 'directory']);
const endsLogInsOf: ReadonlySet<string> = new Set(['user.role_changed', 'user.disabled', 'user.deleted']);

/** How far a sender's clock and the way may be off, both ways. */
const windowMs = 5 * 60_000;
const eventType = 'webhook_received';
/** Events of this process whose subject was forgotten when they came. */
const mostDone = 10_000;

const unsigned = () => new AppError('UNAUTHORIZED', 'A valid signature is needed.');
const late = () =>
  new AppError('UNAUTHORIZED', 'The message is not of these five minutes.', {
    details: [{ field: 'headers.X-Webhook-Timestamp', message: 'is more than 5 minutes away' }],
  });
const unknownService = () => new AppError('NOT_FOUND', 'There is nothing at this address.');
const again = () => new AppError('CONFLICT', 'This message was taken before.');

const received = z.object({
  service: z.string().optional(),
  type: z.string().optional(),
  receivedAt: z.number().optional(),
  subject: z
    .object({
      userId: z.string().optional(),
      courseId: z.string().optional(),
      organizationId: z.string().optional(),
    })
    .optional(),
});

/**
 * What was signed names a message best; its ids tell one that was signed anew. Where the id of the delivery is signed
 * too, equal bytes of one second under two ids are two messages; where it is not, anybody could have changed it.
 */
const namesOf = (
  digest: Digest,
  { service, timestamp, body, deliveryId, message, form }: Webhook,
): string[] => [
  ...(form === 'v2' ? [] : [digest(`signed ${service} ${timestamp} ${digest(body)}`)]),
  digest(`delivery ${service} ${deliveryId}`),
  ...(message.id === undefined ? [] : [digest(`event ${service} ${message.id}`)]),
];

export function makeWebhookUseCases(deps: WebhookDeps): WebhookUseCases {
  const { signatures, receipts, forgotten, forget, sessions, clock, ids, digest } = deps;
  const done = new Set<string>();

  function noteDone(id: string): void {
    done.add(id);
    const [oldest] = done;
    if (done.size > mostDone && oldest !== undefined) done.delete(oldest);
  }

  /** Without the id of somebody who was erased: services go on telling of them. */
  async function recordable(subject: Changed): Promise<Changed> {
    const { userId, ...others } = subject;
    if (userId === undefined || !(await forgotten.among([userId])).has(userId)) return subject;
    return others;
  }

  /** Whoever may no longer do what was allowed before `receivedAt` has to log in anew; the second time does nothing. */
  async function endLogIns({ service, type, subject, receivedAt }: z.output<typeof received>): Promise<void> {
    const userId = subject?.userId;
    if (userId === undefined || receivedAt === undefined) return;
    if (sayWhoPeopleAre.has(service ?? '') && endsLogInsOf.has(type ?? ''))
      await sessions.endUser(userId, receivedAt);
  }

  return {
    check: (message) => {
      if (!signatures.knows(message.service)) throw unknownService();
      const form = signatures.signedAs(message);
      if (form === null) throw unsigned();
      if (Math.abs(clock.now() - Number(message.timestamp) * 1000) > windowMs) throw late();
      return form;
    },

    receive: async (webhook) => {
      const { service, message, requestId } = webhook;
      const { id, type, occurredAt, subject } = message;
      const eventId = ids.uuid();
      const receivedAt = clock.now();
      const told = { service, type, subject, receivedAt };
      const isNew = await untilKnown(async () => {
        told.subject = await recordable(subject);
        return receipts.take({
          service,
          names: namesOf(digest, webhook),
          event: {
            id: eventId,
            type: eventType,
            data: { ...told, ...(id === undefined ? {} : { id }) },
            metadata: { correlationId: requestId },
            occurredAt,
          },
          now: receivedAt,
        });
      });
      if (!isNew) throw again();
      await endLogIns(told);
      await forget(subject);
      noteDone(eventId);
    },

    makeUpFor: (bus) =>
      bus.subscribe([eventType], 'forget-on-webhooks', async ({ id, data }) => {
        const told = received.parse(data);
        if (told.subject === undefined || done.has(id)) return;
        await endLogIns(told);
        await forget(told.subject);
      }),
  };
}
