import { z } from 'zod';
import { readEvents, type StoredEvent } from '../../application/events/stored-event.ts';
import type { EventLog, LogPage, NewEvent } from '../../application/ports/event-log.ts';
import type { Ids } from '../../application/ports/ids.ts';
import type { KeptRow, PersonalStore } from '../../application/ports/people.ts';
import type { Rpc } from '../../application/ports/rpc.ts';
import { liveTypes, personStream } from '../../domain/live.ts';

const pageSize = 500;
const page = z.object({ events: z.unknown(), position: z.number(), isAll: z.boolean() });

/** The events of the database. Never of a replica: what was told a moment ago has to be there. */
export function makeRpcEventLog(rpc: Rpc): EventLog {
  async function read(from: number | null): Promise<LogPage> {
    const answer = page.parse(await rpc.call('events_since', { from, types: liveTypes, limit: pageSize }));
    return { ...answer, events: readEvents(answer.events) };
  }
  return {
    end: async () => (await read(null)).position,
    since: read,
    of: async (streams, from, upTo, limit) =>
      readEvents(await rpc.call('events_of', { streams, types: liveTypes, from, up_to: upTo, limit })),
    append: async ({ stream, type, data, correlationId, occurredAt }) => {
      const events = [{ type, data, metadata: { correlationId }, occurredAt }];
      await rpc.call('append_events', { stream, expected_version: null, events });
    },
  };
}

const mostKept = 10_000;

/** Events of this process, the last ten thousand; they end with it. */
export class MemoryEventLog implements EventLog, PersonalStore {
  #events: StoredEvent[] = [];
  #position = 0;
  #onAppend: () => void = () => undefined;
  readonly #ids: Pick<Ids, 'uuid'>;

  constructor(ids: Pick<Ids, 'uuid'>) {
    this.#ids = ids;
  }

  /** Whom to tell that there is something new. */
  onAppend(listener: () => void): void {
    this.#onAppend = listener;
  }

  async end(): Promise<number> {
    return this.#position;
  }

  async since(position: number): Promise<LogPage> {
    const events = this.#events.filter((event) => event.position > position);
    return { events, position: this.#position, isAll: true };
  }

  async of(streams: readonly string[], from: number, upTo: number, limit: number) {
    const isAsked = ({ stream, position }: StoredEvent) =>
      position > from && position <= upTo && streams.includes(stream);
    return this.#events.filter(isAsked).slice(0, limit);
  }

  async append({ correlationId, ...event }: NewEvent): Promise<void> {
    this.#position += 1;
    const metadata = { correlationId, causationId: null };
    const place = { id: this.#ids.uuid(), position: this.#position, version: this.#position };
    this.#events.push({ ...event, ...place, metadata });
    if (this.#events.length > mostKept) this.#events = this.#events.slice(mostKept / 10);
    this.#onAppend();
  }

  exportUser(userId: string): Record<string, readonly KeptRow[]> {
    const own = this.#events.filter(({ stream }) => stream === personStream(userId));
    const rows = own.map(({ type, data, occurredAt }) => ({
      type,
      data,
      occurredAt: new Date(occurredAt).toISOString(),
    }));
    return { liveEvents: rows };
  }

  eraseUser(userId: string): void {
    this.#events = this.#events.filter(({ stream }) => stream !== personStream(userId));
  }
}
