import { readEvents } from '../../application/events/stored-event.ts';
import type { Digest } from '../../application/ports/digest.ts';
import type { Notices } from '../../application/ports/notices.ts';
import { type Rpc, RpcError } from '../../application/ports/rpc.ts';

/** Days of many years; a stream has few events a day. */
const mostEvents = 10_000;

/** The same for the same text, in the form of an id of an event. */
function idOf(text: string, digest: Digest): string {
  const hex = Buffer.from(digest(text), 'base64url').toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}

/** Notices as events, which the relay publishes. */
export const makeRpcNotices = (rpc: Rpc, digest: Digest): Notices => ({
  add: async (stream, about, notices) => {
    const events = notices.map((notice) => ({
      ...notice,
      id: idOf(`${stream} ${about} ${notice.type}`, digest),
    }));
    try {
      await rpc.call('append_events', { stream, expected_version: null, events });
      return true;
    } catch (error) {
      if (error instanceof RpcError && error.code === 'conflict') return false;
      throw error;
    }
  },
  of: async (stream) => {
    const args = { stream_prefix: stream, from: 0, limit: mostEvents };
    const events = readEvents(await rpc.call('replay', args, { readOnly: true }));
    return events.filter((event) => event.stream === stream);
  },
});
