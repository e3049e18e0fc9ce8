import { z } from 'zod';
import type { DomainEvent } from '../ports/events.ts';

/** An event as the database answers it. */
const storedEvent = z.object({
  id: z.string(),
  position: z.number(),
  stream: z.string(),
  version: z.number(),
  type: z.string(),
  data: z.record(z.string(), z.unknown()),
  // An id that is no text is not known; one event that is odd must not hold up all others.
  metadata: z.looseObject({
    correlationId: z.string().nullable().catch(null),
    causationId: z.string().nullable().catch(null),
  }),
  occurredAt: z.number(),
});

const storedEvents = z.array(storedEvent);

export interface StoredEvent extends DomainEvent {
  /** Its place among all events: in the order in which they became visible, from 1, with gaps. */
  position: number;
}

/** @throws ZodError for anything else than a list of events. */
export const readEvents = (answer: unknown): readonly StoredEvent[] => storedEvents.parse(answer);
