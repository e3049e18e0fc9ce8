import type { IncomingMessage } from 'node:http';

/** What a request shows of its caller. */
export interface Credential {
  kind: 'token' | 'key';
  text: string;
}

const schemes = { bearer: 'token', apikey: 'key' } as const;
const shape = /^(bearer|apikey) +([^ ]+)$/i;

/** Null for nothing, for what is no credential, and for two at once: nobody has to guess which of them counts. */
export function credentialOf({ headers }: IncomingMessage): Credential | null {
  const { authorization, 'x-api-key': key } = headers;
  if (authorization !== undefined && key !== undefined) return null;
  if (key !== undefined) return typeof key === 'string' && key !== '' ? { kind: 'key', text: key } : null;
  const [, scheme = '', text = ''] = shape.exec(authorization ?? '') ?? [];
  if (text === '') return null;
  return { kind: schemes[scheme.toLowerCase() as keyof typeof schemes], text };
}
