import { unlessAborted } from './unless-aborted.ts';

/** One message of an event stream. */
export interface ServerSentEvent {
  event: string;
  data: string;
}

/** What a stream said besides its events, kept over reconnections. */
export interface StreamPlace {
  /** Id of the last event; empty = none yet. */
  lastId: string;
  /** After how long to come back; null = not told. */
  retryMs: number | null;
}

/** Ends a connection on which nothing comes any more. */
export interface SilenceGuard {
  signal: AbortSignal;
  heard: () => void;
  stop: () => void;
}

/** A guard that aborts after a time in which nothing was heard, or with `outer`. */
export function silenceGuard(ms: number, outer: AbortSignal): SilenceGuard {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => controller.abort(new DOMException('nothing came', 'TimeoutError')), ms);
  };
  heard();
  return { signal: AbortSignal.any([outer, controller.signal]), heard, stop: () => clearTimeout(timer) };
}

/** Events of a body as they come, by the rules of the HTML standard; `place` is brought up to date on the way. */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  place: StreamPlace,
  { signal, heard }: SilenceGuard,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  let [event, data, id] = ['', [] as string[], place.lastId];

  /** Takes one line; an empty one ends an event. */
  function take(line: string): ServerSentEvent | null {
    if (line === '') {
      place.lastId = id;
      const told = data.length === 0 ? null : { event: event || 'message', data: data.join('\n') };
      [event, data] = ['', []];
      return told;
    }
    const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
    else if (field === 'id' && !value.includes('\0')) id = value;
    else if (field === 'retry' && /^\d+$/.test(value)) place.retryMs = Number(value);
    return null;
  }

  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await unlessAborted(signal, reader.read());
      if (done) return;
      heard();
      rest += decoder.decode(value, { stream: true });
      // A CR at the very end may be half of a CRLF.
      const lines = rest.split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const told = take(line);
        if (told !== null) yield told;
      }
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}
