import { z } from 'zod';
import type { WebhookUseCases } from '../../application/webhooks/receive-webhook.ts';
import { AppError } from '../../domain/errors.ts';
import { services } from '../../domain/provenance.ts';
import { type Call, idSchema, noQuery, type Route } from './route.ts';
import { validateParts } from './validate.ts';

const headers = z.object({
  'X-Webhook-Timestamp': z
    .string('is missing')
    .regex(/^\d{1,12}$/, 'must be whole seconds since 1970')
    .meta({ description: 'when it was sent, epoch seconds; at most 5 minutes away', example: '1773144000' }),
  'X-Webhook-Signature': z
    .string('is missing')
    .max(1024, 'must not be longer than 1,024 characters')
    .meta({
      description:
        'v2=<hex HMAC-SHA256 of v2, timestamp, delivery id and the body as it is sent, joined by full stops>, or v1 over timestamp and body alone, where equal bodies of one second are one message; several separated by commas while a secret is replaced',
      example: `v2=${'0'.repeat(64)}`,
    }),
  'X-Webhook-Id': z
    .string('is missing')
    .regex(/^[\x21-\x7e]{1,128}$/, 'must be 1–128 visible ASCII characters')
    .meta({
      description: 'the sender’s id of this delivery, the same when it is sent again',
      example: 'd-1',
    }),
});

const body = z
  .strictObject({
    id: z
      .string('must be text')
      .regex(/^[\x21-\x7e]{1,128}$/, 'must be 1–128 visible ASCII characters')
      .optional()
      .meta({ description: 'the sender’s id of what has happened', example: 'e-1' }),
    type: z
      .string('must be text')
      .regex(/^[A-Za-z][A-Za-z0-9_.:-]{0,63}$/, 'must be 1–64 letters, digits, _ . : or -')
      .meta({ description: 'what has happened, in the sender’s words', example: 'progress.updated' }),
    occurredAt: z.iso
      .datetime({ offset: true, error: 'must be an ISO 8601 instant' })
      .meta({ description: 'when it happened', example: '2026-03-10T12:00:00Z' }),
    subject: z
      .strictObject(
        { userId: idSchema.optional(), courseId: idSchema.optional(), organizationId: idSchema.optional() },
        'must name whom or what it is about',
      )
      .refine((subject) => Object.keys(subject).length > 0, 'must name whom or what it is about')
      .meta({
        minProperties: 1,
        description: 'whom or what it is about; an organization alone = all of it',
        example: { userId: 'u-000000' },
      }),
  })
  .meta({ id: 'WebhookMessage' });

const accepted = z.object({ accepted: z.literal(true) });

const largestBytes = 100 * 1024;

const noJson = () =>
  new AppError('VALIDATION_ERROR', 'The body is not valid JSON.', {
    details: [{ field: 'body', message: 'is not valid JSON' }],
  });

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw noJson();
  }
}

/** Of a path only services are anything. */
const serviceIn = ({ params }: Call) => services.find((service) => service === params.service);

export const webhookRoutes = (useCases: Pick<WebhookUseCases, 'check' | 'receive'>): Route[] => [
  {
    id: 'webhooks.receive',
    method: 'post',
    path: '/webhooks/:service',
    tag: 'live',
    summary: 'For services: something has changed',
    description:
      'What is kept about the subject is forgotten, so that the next answer is made from what the services say now. A service has secrets of ours (WEBHOOK_SECRETS); without one there is nothing here. 409 for a message that was taken before: there is no need to send it again. 503 when it cannot be kept now: send it again.',
    access: 'public',
    query: noQuery,
    headers,
    body,
    bytesUpTo: largestBytes,
    data: accepted,
    example: { accepted: true },
    accepts: true,
    rate: 'webhook',
    errors: ['UNAUTHORIZED', 'NOT_FOUND', 'CONFLICT', 'UPSTREAM_UNAVAILABLE'],
    handle: async (call) => {
      const service = serviceIn(call);
      if (service === undefined) throw new AppError('NOT_FOUND', 'There is nothing at this address.');
      const {
        'X-Webhook-Timestamp': timestamp,
        'X-Webhook-Signature': signature,
        'X-Webhook-Id': deliveryId,
      } = call.headers as z.output<typeof headers>;
      const bytes = call.body as Buffer;
      const signed = { service, timestamp, signature, deliveryId, body: bytes };
      const form = useCases.check(signed);
      const given = validateParts({ body: { schema: body, value: parsed(bytes) } });
      const { occurredAt, ...message } = given.body as z.output<typeof body>;
      await useCases.receive({
        ...signed,
        form,
        message: { ...message, occurredAt: Date.parse(occurredAt) },
        requestId: call.scope.requestId,
      });
      return { status: 202, data: { accepted: true } };
    },
  },
];
