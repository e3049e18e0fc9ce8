import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { guardFetch } from '../../src/infrastructure/outbound/guard-fetch.ts';
import { makeTargets, readNetwork, type Targets } from '../../src/infrastructure/outbound/targets.ts';
import { makeHttpTransport } from '../../src/infrastructure/upstreams/http.ts';
import { makeUndiciAdapter } from '../../src/infrastructure/upstreams/undici-adapter.ts';

let server: Server;
let asked = 0;
let redirectTo: string | undefined;
beforeAll(async () => {
  server = createServer((_request, response) => {
    asked += 1;
    if (redirectTo === undefined) response.end('{}');
    else response.writeHead(302, { location: redirectTo }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
const port = () => (server.address() as AddressInfo).port;

const networksOf = (...texts: string[]) => texts.flatMap((text) => readNetwork(text) ?? []);

/** Targets for whom every name leads to the given addresses. */
function leadingTo(addresses: readonly string[], networks: string[] = [], urls: string[] = []) {
  const refused: string[] = [];
  const targets = makeTargets({
    urls,
    networks: networksOf(...networks),
    onRefused: (host) => refused.push(host),
    resolveAll: (_host, _options, done) =>
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      ),
  });
  return { targets, refused };
}

const lookUp = ({ lookup }: Targets, host = 'courses.example') =>
  new Promise((resolve, reject) => {
    lookup(host, { all: true }, (error, found) => (error ? reject(error) : resolve(found)));
  });

describe('a host name', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '::1',
    '::',
    'fe80::1',
    'fd00:ec2::254',
    '::ffff:169.254.169.254',
    '64:ff9b::a9fe:a9fe',
  ])('that leads to %s is refused, and told of once', async (address) => {
    const { targets, refused } = leadingTo([address]);
    await expect(lookUp(targets)).rejects.toMatchObject({ code: 'ERR_TARGET_REFUSED' });
    await expect(lookUp(targets)).rejects.toThrow();
    expect(refused).toEqual(['courses.example']);
  });

  it.each(['93.184.216.34', '2606:2800:220:1::1', '172.32.0.1', '192.169.0.1'])(
    'that leads to %s is not',
    async (address) => {
      const { targets, refused } = leadingTo([address]);
      expect(await lookUp(targets)).toEqual([{ address, family: address.includes(':') ? 6 : 4 }]);
      expect(refused).toEqual([]);
    },
  );

  it('that leads to both is called where it may be', async () => {
    const { targets } = leadingTo(['10.0.0.1', '93.184.216.34']);
    expect(await lookUp(targets)).toEqual([{ address: '93.184.216.34', family: 4 }]);
  });

  it('may lead into a network of the configuration, and no other', async () => {
    const { targets } = leadingTo(['10.0.0.1', '192.168.0.1', 'fd12::1'], ['10.0.0.0/8', 'fd12::/16']);
    expect(await lookUp(targets)).toEqual([
      { address: '10.0.0.1', family: 4 },
      { address: 'fd12::1', family: 6 },
    ]);
  });

  it('localhost says itself where it leads', async () => {
    expect(await lookUp(leadingTo(['127.0.0.1']).targets, 'localhost')).toHaveLength(1);
  });
});

describe('a call to a service', () => {
  const callTo = async (baseUrl: string, targets: Targets) => {
    const { adapter, close } = makeUndiciAdapter(1, targets);
    const tokens = { tokenFor: () => 'token' };
    const call = makeHttpTransport({ service: 'courses', baseUrl, tokens, adapter });
    const signal = AbortSignal.timeout(5000);
    return call({ signal, requestId: 'r', traceparent: undefined })({ method: 'GET', path: '/x', query: {} })
      .catch((error: Error) => error.message)
      .finally(close);
  };

  it('goes to an address that is configured, and never to a name that leads to the same', async () => {
    const url = `http://127.0.0.1:${port()}`;
    expect(await callTo(url, leadingTo([], [], [url]).targets)).toEqual({});
    const named = `http://rebound.example:${port()}`;
    const { targets, refused } = leadingTo(['127.0.0.1'], [], [named]);
    asked = 0;
    expect(await callTo(named, targets)).toContain('ERR_TARGET_REFUSED');
    expect([asked, refused]).toEqual([0, ['rebound.example']]);
    expect(await callTo(named, leadingTo(['127.0.0.1'], ['127.0.0.0/8'], [named]).targets)).toEqual({});
  });

  it('goes nowhere that nobody has configured', async () => {
    asked = 0;
    const url = `http://127.0.0.1:${port()}`;
    expect(await callTo(url, leadingTo([], [], ['http://127.0.0.1:1']).targets)).toContain(
      'ERR_TARGET_REFUSED',
    );
    expect(asked).toBe(0);
  });
});

describe('fetch, which libraries call', () => {
  it('goes to configured origins only, also by a redirect, and asks no proxy', async () => {
    const before = getGlobalDispatcher();
    const url = `http://127.0.0.1:${port()}`;
    const proxy = process.env.HTTP_PROXY;
    process.env.HTTP_PROXY = 'http://127.0.0.1:9';
    try {
      guardFetch(leadingTo([], [], [url]).targets);
      expect(await (await fetch(`${url}/x`)).text()).toBe('{}');
      await expect(fetch('http://127.0.0.1:9/')).rejects.toThrow();
      redirectTo = `http://localhost:${port()}/stolen`;
      asked = 0;
      await expect(fetch(`${url}/x`)).rejects.toThrow();
      expect(asked).toBe(1);
    } finally {
      redirectTo = undefined;
      setGlobalDispatcher(before);
      if (proxy === undefined) delete process.env.HTTP_PROXY;
      else process.env.HTTP_PROXY = proxy;
    }
  });
});

describe('OUTBOUND_NETWORKS', () => {
  it('is read as networks, and refused as anything else', () => {
    const read = readConfig({ OUTBOUND_NETWORKS: '10.0.0.0/8, fd00::/8' });
    expect(read.ok && read.config.OUTBOUND_NETWORKS).toEqual([
      { address: '10.0.0.0', prefix: 8 },
      { address: 'fd00::', prefix: 8 },
    ]);
    for (const text of ['10.0.0.0', '10.0.0.0/33', 'fd00::/129', 'intranet/8', '10.0.0.0/', '/8'])
      expect(readConfig({ OUTBOUND_NETWORKS: text })).toEqual({
        ok: false,
        problems: [expect.stringMatching(/^OUTBOUND_NETWORKS: must be networks/)],
      });
  });
});
