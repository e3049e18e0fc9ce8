import type { StoredEvent } from '../../../src/application/events/stored-event.ts';

/** An event as the outbox gives it. */
export const eventOf = (changes: Partial<StoredEvent> = {}): StoredEvent => ({
  id: 'e-1',
  position: 1,
  stream: 'user:u-1',
  version: 1,
  type: 'points_awarded',
  data: { userId: 'u-1' },
  metadata: { correlationId: null, causationId: null },
  occurredAt: Date.parse('2026-03-10T12:00:00Z'),
  ...changes,
});
