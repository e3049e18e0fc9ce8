/** Sections of dashboards: as events that come over a socket, and what has to be true of each. */
import { expect } from 'vitest';
import type { Demo, Session } from './demo-process.ts';

export interface Section {
  status: string;
  data: unknown;
  meta: {
    dataSource: string;
    asOf: string;
    missing: { field: string; reason: string }[];
    metric: object;
    sources: { service: string; dataSource: string | null }[];
  } | null;
  error?: { code: string; message: string };
}

export interface Frame {
  event: string;
  // biome-ignore lint/suspicious/noExplicitAny: the suite judges bodies from outside, by their JSON
  data: any;
  /** Since the call began. */
  atMs: number;
}

function frameOf(text: string, atMs: number): Frame {
  const [event = '', data = '', ...rest] = text.split('\n');
  expect([event.slice(0, 7), data.slice(0, 6), rest]).toEqual(['event: ', 'data: ', []]);
  return { event: event.slice(7), data: JSON.parse(data.slice(6)), atMs };
}

/** All events that a path below /api/v1 sends; the answer has to be a stream of them. */
export async function eventsOf(
  demo: Demo,
  session: Session,
  path: string,
  signal?: AbortSignal,
): Promise<{ requestId: string | null; frames: Frame[] }> {
  const startedAt = performance.now();
  const response = await fetch(`${demo.api}/api/v1${path}`, {
    headers: { authorization: `Bearer ${session.accessToken}`, accept: 'text/event-stream' },
    ...(signal === undefined ? {} : { signal }),
  });
  expect([
    response.status,
    response.headers.get('content-type'),
    response.headers.get('cache-control'),
  ]).toEqual([200, 'text/event-stream; charset=utf-8', 'no-store']);
  const frames: Frame[] = [];
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const parts = (text + chunk).split('\n\n');
    text = parts.pop() ?? '';
    frames.push(...parts.map((part) => frameOf(part, performance.now() - startedAt)));
  }
  expect(text).toBe('');
  return { requestId: response.headers.get('x-request-id'), frames };
}

/** The sections of a stream that came to its end: `section` for each, once, then `done`. */
export function sectionsIn({
  requestId,
  frames,
}: Awaited<ReturnType<typeof eventsOf>>): Record<string, Section> {
  const pieces = frames.slice(0, -1);
  expect(pieces.map(({ event }) => event)).toEqual(pieces.map(() => 'section'));
  expect(frames.at(-1)).toMatchObject({ event: 'done', data: { meta: { requestId } } });
  const sections = Object.fromEntries(pieces.map(({ data }) => [data.name, data.section as Section]));
  expect(Object.keys(sections)).toHaveLength(pieces.length);
  return sections;
}

/** Nothing is called better than the worst of its parts, and mock never stands beside anything else. */
export function isHonest(section: Section): void {
  if (section.meta === null) return;
  const order = ['realtime', 'cached', 'stale', 'mock'];
  const parts = section.meta.sources.flatMap(({ dataSource }) => dataSource ?? []);
  const worst = Math.max(0, ...parts.map((part) => order.indexOf(part)));
  expect(order.indexOf(section.meta.dataSource)).toBeGreaterThanOrEqual(worst);
  if (parts.includes('mock')) expect(new Set(parts)).toEqual(new Set(['mock']));
}

/** What a service that is down leaves of a section: the figures that need it are missing, or there are none at all. */
export function saysWhatIsMissing({ status, data, meta, error }: Section, service: string): void {
  if (status === 'unavailable') {
    expect([data, meta, error?.code]).toEqual([null, null, 'UPSTREAM_UNAVAILABLE']);
    return;
  }
  expect(status).toBe('partial');
  // Some of what the service said before may still be known, and then it is called old; never made up.
  expect(['realtime', 'stale']).toContain(meta?.dataSource);
  expect(meta?.missing).toContainEqual(expect.objectContaining({ reason: 'unavailable', service }));
}
