import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { RpcError } from '../../../src/application/ports/rpc.ts';
import type { WebhookDelivery } from '../../../src/application/ports/webhooks.ts';
import {
  makeWebhookUseCases,
  type Webhook,
  type WebhookDeps,
} from '../../../src/application/webhooks/receive-webhook.ts';
import { digest } from '../../../src/infrastructure/digest.ts';
import { MemoryEventBus } from '../../../src/infrastructure/events/memory-bus.ts';
import { MemoryWebhookReceipts } from '../../../src/infrastructure/webhooks/receipts.ts';
import { makeWebhookSignatures } from '../../../src/infrastructure/webhooks/signatures.ts';
import { stoppedClock } from '../../fixtures/stubs.ts';
import { eventOf } from '../events/event.ts';

const secret = 'a-secret-of-courses-of-32-characters';
const older = 'an-older-secret-of-courses-0123456789';
const body = Buffer.from('{"a":1}');

function makeWorld(overrides: Partial<WebhookDeps> = {}) {
  const clock = stoppedClock();
  const memory = new MemoryWebhookReceipts(clock);
  const taken: WebhookDelivery[] = [];
  const forgotten: unknown[] = [];
  const ended: unknown[] = [];
  const useCases = makeWebhookUseCases({
    signatures: makeWebhookSignatures({ courses: [secret, older], auth: [secret], directory: [secret] }),
    receipts: {
      take: async (delivery) => {
        const isNew = await memory.take(delivery);
        if (isNew) taken.push(delivery);
        return isNew;
      },
    },
    forgotten: { among: async (ids) => new Set(ids.filter((id) => id === 'u-erased')) },
    forget: async (changed) => void forgotten.push(changed),
    sessions: { endUser: async (userId, at) => void ended.push({ userId, at }) },
    clock,
    ids: { uuid: () => 'event-1' },
    digest,
    ...overrides,
  });
  const timestamp = () => String(clock.now() / 1000);
  const signed = (key: string, at = timestamp(), bytes: Uint8Array = body) => ({
    service: 'courses' as const,
    timestamp: at,
    body: bytes,
    deliveryId: 'd-1',
    signature: `v1=${createHmac('sha256', key).update(`${at}.`).update(bytes).digest('hex')}`,
  });
  const webhook = (changes: Partial<Webhook> = {}): Webhook => ({
    ...signed(secret),
    form: 'v1',
    message: { type: 'progress.updated', occurredAt: 5, subject: { userId: 'u-1' } },
    requestId: 'r-1',
    ...changes,
  });
  return { clock, useCases, taken, forgotten, ended, signed, webhook };
}

describe('the check of a message', () => {
  it('passes one that is signed with any secret of the service', () => {
    const { useCases, signed } = makeWorld();
    useCases.check(signed(secret));
    useCases.check(signed(older));
    const wrong = signed('no-secret').signature;
    useCases.check({ ...signed(secret), signature: `${wrong}, ${signed(older).signature}` });
  });

  it('refuses one whose body, time, form or secret is another', () => {
    const { useCases, signed } = makeWorld();
    const good = signed(secret);
    const unauthorized = expect.objectContaining({ code: 'UNAUTHORIZED' });
    for (const changes of [
      { body: Buffer.from('{"a":2}') },
      { timestamp: String(Number(good.timestamp) + 1) },
      { signature: good.signature.replace('v1=', 'v0=') },
      { signature: good.signature.slice(0, -2) },
      { signature: '' },
      { signature: signed('another-secret').signature },
    ])
      expect(() => useCases.check({ ...good, ...changes })).toThrow(unauthorized);
  });

  it('says in which form it is signed; an id that is signed too cannot be changed', () => {
    const { useCases, signed } = makeWorld();
    const v1 = signed(secret);
    const text = `v2.${v1.timestamp}.${v1.deliveryId}.`;
    const v2 = {
      ...v1,
      signature: `v2=${createHmac('sha256', secret).update(text).update(body).digest('hex')}`,
    };
    expect([useCases.check(v1), useCases.check(v2)]).toEqual(['v1', 'v2']);
    for (const changed of [
      { ...v2, deliveryId: 'd-2' },
      { ...v2, signature: v2.signature.replace('v2=', 'v1=') },
      { ...v1, signature: v1.signature.replace('v1=', 'v2=') },
    ])
      expect(() => useCases.check(changed)).toThrow(expect.objectContaining({ code: 'UNAUTHORIZED' }));
  });

  it('takes a clock that is five minutes off, and no more, both ways', () => {
    const { useCases, signed, clock } = makeWorld();
    const now = clock.now() / 1000;
    for (const away of [-300, 300]) useCases.check(signed(secret, String(now + away)));
    for (const away of [-301, 301])
      expect(() => useCases.check(signed(secret, String(now + away)))).toThrow(
        expect.objectContaining({
          code: 'UNAUTHORIZED',
          details: [expect.objectContaining({ field: 'headers.X-Webhook-Timestamp' })],
        }),
      );
  });

  it('knows nothing of a service without a secret', () => {
    const { useCases, signed } = makeWorld();
    expect(() => useCases.check({ ...signed(secret), service: 'skills' })).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND' }),
    );
  });
});

describe('a message', () => {
  it('is kept with its event, and its subject is forgotten', async () => {
    const { useCases, webhook, taken, forgotten } = makeWorld();
    await useCases.receive(webhook());
    expect(forgotten).toEqual([{ userId: 'u-1' }]);
    expect(taken).toMatchObject([
      {
        service: 'courses',
        event: {
          type: 'webhook_received',
          data: { service: 'courses', type: 'progress.updated', subject: { userId: 'u-1' } },
          metadata: { correlationId: 'r-1' },
          occurredAt: 5,
        },
      },
    ]);
  });

  it('that comes again under any of its names is refused, and nothing is forgotten', async () => {
    const { useCases, webhook, signed, clock, forgotten } = makeWorld();
    const message = { ...webhook().message, id: 'happened-1' };
    await useCases.receive(webhook({ message }));
    const later = signed(secret, String(clock.now() / 1000 + 9));
    for (const again of [
      webhook({ deliveryId: 'd-2' }),
      webhook({ ...later }),
      webhook({ ...later, deliveryId: 'd-3', message }),
    ])
      await expect(useCases.receive(again)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(forgotten).toHaveLength(1);
    await useCases.receive(webhook({ ...later, deliveryId: 'd-4' }));
    expect(forgotten).toHaveLength(2);
  });

  it('that is the same as another of the same second is taken when its own id is signed, once', async () => {
    const { useCases, webhook, forgotten } = makeWorld();
    for (const deliveryId of ['d-1', 'd-2']) await useCases.receive(webhook({ deliveryId, form: 'v2' }));
    await expect(useCases.receive(webhook({ deliveryId: 'd-2', form: 'v2' }))).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    expect(forgotten).toHaveLength(2);
  });

  it('about somebody who was erased leaves no trace of the person', async () => {
    const { useCases, webhook, taken } = makeWorld();
    const subject = { userId: 'u-erased', courseId: 'c-1' };
    await useCases.receive(webhook({ message: { ...webhook().message, subject } }));
    expect(taken[0]?.event.data.subject).toEqual({ courseId: 'c-1' });
    expect(JSON.stringify(taken)).not.toContain('u-erased');
  });

  it.each(['auth', 'directory'] as const)(
    'of %s that somebody’s roles have changed ends what was given to the person before',
    async (service) => {
      const { useCases, webhook, ended, clock } = makeWorld();
      const message = { ...webhook().message, type: 'user.role_changed' };
      await useCases.receive(webhook({ service, message }));
      expect(ended).toEqual([{ userId: 'u-1', at: clock.now() }]);
    },
  );

  it('ends nobody’s log-ins when it is of another service, says something else, or is about nobody we know', async () => {
    const { useCases, webhook, ended } = makeWorld();
    const type = 'user.disabled';
    const { message } = webhook();
    await useCases.receive(webhook({ deliveryId: 'a', message: { ...message, type } }));
    const auth = { service: 'auth' } as const;
    await useCases.receive(webhook({ ...auth, deliveryId: 'b' }));
    for (const subject of [{ userId: 'u-erased' }, { organizationId: 'org-1' }])
      await useCases.receive(
        webhook({
          ...auth,
          body: Buffer.from(JSON.stringify(subject)),
          deliveryId: JSON.stringify(subject),
          message: { ...message, type, subject },
        }),
      );
    expect(ended).toEqual([]);
  });

  it('that cannot be kept forgets nothing', async () => {
    const { useCases, webhook, forgotten } = makeWorld({
      receipts: { take: () => Promise.reject(new RpcError('unavailable', 'no connection')) },
    });
    await expect(useCases.receive(webhook())).rejects.toMatchObject({ code: 'unavailable' });
    expect(forgotten).toEqual([]);
  });

  it('that was kept by a process which ended is made up for when its event is published, others are not', async () => {
    const { useCases, webhook, forgotten, ended } = makeWorld();
    const bus = new MemoryEventBus();
    useCases.makeUpFor(bus);
    await useCases.receive(webhook());
    const published = (id: string, data: object) =>
      bus.publish(eventOf({ id, stream: 'webhook:courses', type: 'webhook_received', data: { ...data } }));
    await published('event-1', { subject: { userId: 'u-1' } });
    expect(forgotten).toEqual([{ userId: 'u-1' }]);
    await published('event-of-another', { subject: { courseId: 'c-9' } });
    await published('event-of-nobody', {});
    expect(forgotten).toEqual([{ userId: 'u-1' }, { courseId: 'c-9' }]);
    await published('event-of-auth', {
      ...{ service: 'auth', type: 'user.disabled', subject: { userId: 'u-2' }, receivedAt: 7 },
    });
    expect(ended).toEqual([{ userId: 'u-2', at: 7 }]);
  });
});
