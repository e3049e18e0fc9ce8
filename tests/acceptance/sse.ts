/** Reads server-sent events as a browser does, with a header that a browser cannot send. */
export interface SseEvent {
  id: string;
  event: string;
  // biome-ignore lint/suspicious/noExplicitAny: the suite judges bodies from outside, by their JSON
  data: any;
}

export interface SseReader {
  status: number;
  events: SseEvent[];
  /** As a browser would send it when it comes back. */
  lastId: () => string;
  retryMs: () => number | undefined;
  /** Resolves when the other side has ended. */
  ended: Promise<void>;
  leave: () => void;
}

export async function follow(api: string, token: string, lastId?: string): Promise<SseReader> {
  const controller = new AbortController();
  const response = await fetch(`${api}/api/v1/events`, {
    headers: {
      authorization: `Bearer ${token}`,
      ...(lastId === undefined ? {} : { 'last-event-id': lastId }),
    },
    signal: controller.signal,
  });
  const events: SseEvent[] = [];
  let id = '';
  let retry: number | undefined;
  let rest = '';

  function take(block: string): void {
    let [event, data] = ['message', ''];
    for (const line of block.split('\n')) {
      const [, field = '', value = ''] = /^(\w*): ?(.*)$/.exec(line) ?? [];
      if (field === 'id') id = value;
      else if (field === 'retry') retry = Number(value);
      else if (field === 'event') event = value;
      else if (field === 'data') data = value;
    }
    if (data !== '') events.push({ id, event, data: JSON.parse(data) });
  }

  async function read(): Promise<void> {
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) take(block);
    }
  }
  return {
    status: response.status,
    events,
    lastId: () => id,
    retryMs: () => retry,
    ended: read().catch(() => undefined),
    leave: () => controller.abort(),
  };
}
