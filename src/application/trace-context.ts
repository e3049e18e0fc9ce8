/** W3C Trace Context, version 00: `version-traceid-parentid-flags`. */

/** Not of version ff, and not of nought alone: such ids name nothing. */
const traceparentPattern =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]([0-9a-f])$/;

/** Printable ASCII, as long as everybody has to hand on. */
const tracestatePattern = /^[ -~]{1,512}$/;

export interface TraceParent {
  /** As it came. */
  text: string;
  /** 32 hex digits. */
  traceId: string;
  /** 16 hex digits. */
  spanId: string;
  /** Whether somebody records the trace. */
  isSampled: boolean;
}

type Header = string | string[] | undefined;

/** Undefined for what is not a `traceparent`: then there is no trace to belong to. */
export function readTraceparent(header: Header): TraceParent | undefined {
  if (typeof header !== 'string') return undefined;
  const [text, traceId, spanId, flags] = traceparentPattern.exec(header) ?? [];
  if (text === undefined || traceId === undefined || spanId === undefined || flags === undefined)
    return undefined;
  return { text, traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** What vendors say beside the `traceparent`, to be handed on unread; undefined for what nobody has to. */
export const readTracestate = (header: Header): string | undefined =>
  typeof header === 'string' && tracestatePattern.test(header) ? header : undefined;

export const writeTraceparent = (traceId: string, spanId: string, isSampled: boolean): string =>
  `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
