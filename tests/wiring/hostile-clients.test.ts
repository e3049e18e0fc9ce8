/** Hostile clients over bare sockets, against a server of the kind that a process has; `npm run prove:input` has more. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { quickAttacks, slowClients, type Target } from '../../scripts/prove/input-attacks.ts';
import { readConfig } from '../../src/config.ts';
import { type Container, makeContainer } from '../../src/container.ts';
import { makeHttpServer } from '../../src/listening.ts';

let server: Server;
let container: Container;
let target: Target;
const errors: string[] = [];

beforeAll(async () => {
  const read = readConfig({
    LOG_LEVEL: 'info',
    DATABASE: 'none',
    MOCK_LEARNERS: '50',
    RATE_AUTH_PER_15_MINUTES: '100000',
    RATE_AUTH_ADDRESS_PER_15_MINUTES: '100000',
    RATE_ADDRESS_PER_MINUTE: '100000',
  });
  if (!read.ok) throw new Error(read.problems.join('\n'));
  container = await makeContainer(read.config, {
    write: (line: string) => {
      if (JSON.parse(line).level >= 50) errors.push(line);
    },
  });
  const short = { headersTimeout: 1500, requestTimeout: 2500, connectionsCheckingInterval: 200 };
  server = makeHttpServer(container.listener, short);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  target = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
});
afterEach(() => expect(errors).toEqual([]));
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await container.close();
});

describe('a client that sends', () => {
  const all = [...quickAttacks, ...slowClients(20, 30_000)].map((attack) => [attack.name, attack] as const);
  it.each(all)('%s harms nobody', async (_name, attack) => {
    const [problems, health] = await Promise.all([
      attack.run(target),
      fetch(`http://127.0.0.1:${target.port}/health`),
    ]);
    expect([problems, health.status]).toEqual([[], 200]);
  });

  it('whatever leaves no connection behind', async () => {
    const open = () => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
    await expect.poll(open).toBeLessThan(3);
  });
});
