/**
 * The same answer from the same calls, as one would write it by hand: `hand` over undici without validation, `ordinary`
 * with Express and axios. Neither has a cache: each request calls every service.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import axios from 'axios';
import express from 'express';
import { Agent, request } from 'undici';
import { idsIn } from './ids.ts';

interface Settings {
  kind: 'hand' | 'ordinary';
  /** Whole URLs, of a learner called :id of an organization called :organization. */
  urls: Record<string, string>;
}

function listen(server: ReturnType<typeof createServer>): void {
  server.listen(0, '127.0.0.1', () => {
    process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  });
}

function byHand(urls: Settings['urls']): void {
  const dispatcher = new Agent({ connections: 128 });
  const server = createServer(async ({ url = '/', headers }, response) => {
    const withIds = idsIn(url);
    const { authorization = '' } = headers;
    const parts = await Promise.all(
      Object.entries(urls).map(async ([name, template]) => {
        const { body } = await request(withIds(template), { headers: { authorization }, dispatcher });
        return [name, await body.json()] as const;
      }),
    );
    const body = JSON.stringify({ success: true, data: Object.fromEntries(parts) });
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  });
  listen(server);
}

function ordinarily(urls: Settings['urls']): void {
  const app = express();
  app.get('/{*path}', async ({ url, headers }, response) => {
    const withIds = idsIn(url);
    const { authorization } = headers;
    const parts = await Promise.all(
      Object.entries(urls).map(async ([name, template]) => [
        name,
        (await axios.get(withIds(template), { headers: { authorization } })).data,
      ]),
    );
    response.json({ success: true, data: Object.fromEntries(parts) });
  });
  listen(createServer(app));
}

process.once('message', ({ kind, urls }: Settings) => (kind === 'hand' ? byHand(urls) : ordinarily(urls)));
