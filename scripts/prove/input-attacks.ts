/** What a hostile client may send, over bare sockets, and what has to come of it. */
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';

export interface Target {
  host: string;
  port: number;
}

export interface Attack {
  name: string;
  /** What went wrong; empty = nobody was harmed. */
  run: (target: Target) => Promise<string[]>;
}

interface Conversation {
  text: string;
  /** Status lines, in order. */
  statuses: number[];
  isClosed: boolean;
}

const open = (target: Target): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(target, () => {
      socket.off('error', reject);
      socket.on('error', () => undefined);
      resolve(socket);
    });
    socket.once('error', reject);
  });

const statusesIn = (text: string): number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));

/** Sends bytes and reads for a while, or until the other side has closed. */
async function say(
  target: Target,
  sent: string | Buffer,
  isEnough: (statuses: readonly number[]) => boolean = () => false,
  forMs = 5000,
): Promise<Conversation> {
  const socket = await open(target);
  let text = '';
  let isClosed = false;
  const over = new Promise<void>((resolve) => {
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1');
      if (isEnough(statusesIn(text))) resolve();
    });
    socket.once('close', () => {
      isClosed = true;
      resolve();
    });
  });
  socket.write(sent);
  await Promise.race([over, delay(forMs, undefined, { ref: false })]);
  const ended = isClosed;
  socket.destroy();
  return { text, statuses: statusesIn(text), isClosed: ended };
}

const login = '/api/v1/auth/login';

function posted(body: Buffer | string, headers: Record<string, string> = {}): Buffer {
  const bytes = Buffer.from(body);
  const lines = Object.entries({
    Host: 'x',
    'Content-Type': 'application/json',
    'Content-Length': String(bytes.length),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`POST ${login} HTTP/1.1\r\n${lines.join('')}\r\n`), bytes]);
}

/** The first answer has to have one of these statuses. */
const answering = (name: string, sent: () => string | Buffer, ...allowed: number[]): Attack => ({
  name,
  run: async (target) => {
    const { statuses, text } = await say(target, sent(), ({ length }) => length > 0);
    const [first] = statuses;
    return first !== undefined && allowed.includes(first)
      ? []
      : [`answered ${first ?? `nothing: ${JSON.stringify(text.slice(0, 60))}`}`];
  },
});

const bombMb = 16;
const zeros = Buffer.alloc(bombMb * 1024 * 1024, 32);

const bodies: Attack[] = [
  answering('JSON of 40,000 levels', () => posted('['.repeat(40_000) + ']'.repeat(40_000)), 400),
  answering('objects of 10,000 levels', () => posted(`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`), 400),
  answering(
    'JSON of 9,000 members',
    () => posted(JSON.stringify(Object.fromEntries(Array.from({ length: 9000 }, (_, at) => [`k${at}`, 1])))),
    400,
  ),
  answering(
    'members named __proto__',
    () => posted('{"__proto__":{"email":"x"},"constructor":{"prototype":1}}'),
    400,
  ),
  answering('a number of 90,000 digits', () => posted(`{"email":${'9'.repeat(90_000)}}`), 400),
  answering('no JSON at all', () => posted('\u0000\u0001\ufffd'), 400),
  answering(
    `a gzip bomb of ${bombMb} MB`,
    () => posted(gzipSync(zeros), { 'Content-Encoding': 'gzip' }),
    413,
  ),
  answering(
    `a deflate bomb of ${bombMb} MB`,
    () => posted(deflateSync(zeros), { 'Content-Encoding': 'deflate' }),
    413,
  ),
  answering(
    'a brotli bomb of 8 MB',
    () =>
      posted(
        brotliCompressSync(zeros.subarray(0, 8_000_000), { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
        { 'Content-Encoding': 'br' },
      ),
    413,
  ),
  answering('a gzip that is none', () => posted('{}', { 'Content-Encoding': 'gzip' }), 400, 415),
  answering('an unknown encoding', () => posted('{}', { 'Content-Encoding': 'gzip, gzip' }), 415),
  answering('ten gigabytes announced', () => posted('{', { 'Content-Length': '10000000000' }), 413),
  {
    name: 'a chunked body without end',
    run: async (target) => {
      const socket = await open(target);
      let text = '';
      let sent = 0;
      let isClosed = false;
      socket.on('data', (bytes: Buffer) => {
        text += bytes.toString('latin1');
      });
      socket.once('close', () => {
        isClosed = true;
      });
      socket.write(
        `POST ${login} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
      );
      const chunk = `10000\r\n${' '.repeat(65_536)}\r\n`;
      for (const end = Date.now() + 30_000; !isClosed && Date.now() < end; await delay(1)) {
        socket.write(chunk);
        sent += chunk.length;
      }
      socket.destroy();
      const [status] = statusesIn(text);
      return status === 413 && isClosed
        ? []
        : [`answered ${status}, ${isClosed ? '' : 'not '}closed after ${sent} bytes`];
    },
  },
];

/** Requests that two servers may read differently: a second request must never come out of the first. */
const secret = 'GET /api/v1/smuggled HTTP/1.1\r\nHost: x\r\n\r\n';
const shape = (name: string, head: string, body: string): Attack => ({
  name: `smuggling: ${name}`,
  run: async (target) => {
    const { statuses, isClosed, text } = await say(target, `${head}\r\n\r\n${body}`);
    const found: string[] = [];
    // 404 is what the hidden request would get.
    if (statuses.slice(1).length > 0) found.push(`answers ${statuses.join(', ')}`);
    if (statuses[0] !== undefined && statuses[0] < 400) found.push(`answered ${statuses[0]}`);
    if (!isClosed && statuses[0] !== 404) found.push(`not closed after ${statuses[0] ?? 'nothing'}`);
    if (text.includes('smuggled')) found.push('the hidden request was seen');
    return found;
  },
});
const post = `POST ${login} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json`;
const chunkedEnd = `0\r\n\r\n${secret}`;
const smuggling: Attack[] = [
  shape(
    'length and chunks',
    `${post}\r\nContent-Length: ${chunkedEnd.length}\r\nTransfer-Encoding: chunked`,
    chunkedEnd,
  ),
  shape('chunks and length', `${post}\r\nTransfer-Encoding: chunked\r\nContent-Length: 4`, chunkedEnd),
  shape('two lengths', `${post}\r\nContent-Length: 2\r\nContent-Length: ${2 + secret.length}`, `{}${secret}`),
  shape('a length twice in one', `${post}\r\nContent-Length: 2, ${2 + secret.length}`, `{}${secret}`),
  shape('a signed length', `${post}\r\nContent-Length: +2`, `{}${secret}`),
  shape('a hexadecimal length', `${post}\r\nContent-Length: 0x2`, `{}${secret}`),
  shape('a negative length', `${post}\r\nContent-Length: -1`, secret),
  shape('a blank before the colon', `${post}\r\nTransfer-Encoding : chunked`, chunkedEnd),
  shape('an unknown encoding', `${post}\r\nTransfer-Encoding: xchunked`, chunkedEnd),
  shape('chunked that is not last', `${post}\r\nTransfer-Encoding: chunked, identity`, chunkedEnd),
  shape('two encodings', `${post}\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity`, chunkedEnd),
  shape('a folded header', `${post}\r\nTransfer-Encoding:\r\n chunked`, chunkedEnd),
  shape('a tab for a blank', `${post}\r\nTransfer-Encoding:\tx`, chunkedEnd),
  shape('a bare line feed', `${post}\nContent-Length: 2`, `{}${secret}`),
  shape('a bare carriage return', `${post}\rTransfer-Encoding: chunked`, chunkedEnd),
  shape('a null byte', `${post}\r\nX: a\u0000b\r\nContent-Length: 2`, `{}${secret}`),
  shape(
    'a chunk size too large',
    `${post}\r\nTransfer-Encoding: chunked`,
    `fffffffffffffffff\r\n{}\r\n${chunkedEnd}`,
  ),
  shape('a chunk size that is none', `${post}\r\nTransfer-Encoding: chunked`, `0x2\r\n{}\r\n${chunkedEnd}`),
  shape('a chunk ended by a line feed', `${post}\r\nTransfer-Encoding: chunked`, `2\n{}\n${chunkedEnd}`),
  shape('a name with a blank', `${post}\r\nContent Length: 2`, `{}${secret}`),
  shape('an empty name', `${post}\r\n: x`, secret),
];

const get = (path: string, headers = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`;

const heads: Attack[] = [
  answering('a header of a megabyte', () => get('/health', `X: ${'x'.repeat(1_000_000)}\r\n`), 431),
  answering('5,000 headers', () => get('/health', 'X-A: 1\r\n'.repeat(5000)), 431),
  answering('1,500 headers of one byte', () => get('/health', 'A: 1\r\n'.repeat(1500)), 200, 431),
  answering('a path of 60 KB', () => get(`/${'x'.repeat(60_000)}`), 431, 414),
  answering('1,000 query parameters', () => get(`/api/v1/metrics/definitions?${'a=1&'.repeat(1000)}`), 400),
  answering('a request id that is none', () => get('/health', `X-Request-Id: ${'<x>'.repeat(500)}\r\n`), 200),
  answering('an absolute target', () => get('http://evil.example/health'), 200, 404, 400),
  answering('no host', () => 'GET /health HTTP/1.1\r\n\r\n', 400),
  answering('two hosts', () => 'GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400, 200),
  answering('the preface of HTTP/2', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 505),
  answering('an unknown method', () => 'HACK /health HTTP/1.1\r\nHost: x\r\n\r\n', 400),
  answering('an expectation', () => posted('{}', { Expect: 'the-unexpected' }), 417),
  answering('an upgrade', () => get('/health', 'Connection: upgrade\r\nUpgrade: websocket\r\n'), 200, 400),
  answering('no HTTP', () => `\u0016\u0003\u0001${'\u0000'.repeat(200)}`, 400),
  {
    name: 'a tunnel',
    run: async (target) => {
      const { statuses } = await say(
        target,
        'CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: x\r\n\r\n',
        ({ length }) => length > 0,
      );
      return statuses.some((status) => status < 400) ? [`answered ${statuses[0]}`] : [];
    },
  },
];

/** Many requests at once over one connection. */
const pipelining: Attack[] = [
  {
    name: '50 requests in one write, which are answered',
    run: async (target) => {
      const { statuses } = await say(target, get('/health').repeat(50), ({ length }) => length === 50);
      return statuses.length === 50 && statuses.every((status) => status === 200)
        ? []
        : [`${statuses.length} answers`];
    },
  },
  {
    name: '5,000 requests in one write, which are not',
    run: async (target) => {
      const { statuses, isClosed } = await say(target, get('/openapi.yaml').repeat(5000));
      return statuses.length <= 200 && isClosed
        ? []
        : [`${statuses.length} answers, ${isClosed ? '' : 'not '}closed`];
    },
  },
];

/** Connections that do not read what they have asked for. */
export const deafReaders = (connections: number): Attack => ({
  name: `${connections} readers who ask and do not read`,
  run: async (target) => {
    const sockets = await Promise.all(Array.from({ length: connections }, () => open(target)));
    for (const socket of sockets) {
      socket.pause();
      socket.write(get('/openapi.yaml').repeat(200));
    }
    await delay(1500);
    for (const socket of sockets) socket.destroy();
    return [];
  },
});

/** Requests that never get finished have to be ended by the server. */
export const slowClients = (connections: number, withinMs: number): Attack[] =>
  (
    [
      ['slow headers', 'GET /health HTTP/1.1\r\nHost: x\r\n', 'X-A: 1\r\n'],
      ['slow bodies', `${post}\r\nContent-Length: 90000\r\n\r\n`, ' '],
      ['nothing at all', '', ''],
    ] as const
  ).map(([name, first, more]) => ({
    name: `${connections} connections with ${name}`,
    run: async (target) => {
      const sockets = await Promise.all(Array.from({ length: connections }, () => open(target)));
      let closed = 0;
      for (const socket of sockets) {
        socket.resume();
        socket.once('close', () => {
          closed += 1;
        });
        if (first !== '') socket.write(first);
      }
      for (
        const end = Date.now() + withinMs;
        closed < connections && Date.now() < end;
        await delay(withinMs / 30)
      )
        if (more !== '') for (const socket of sockets) if (socket.writable) socket.write(more);
      for (const socket of sockets) socket.destroy();
      return closed === connections ? [] : [`${connections - closed} are still open after ${withinMs} ms`];
    },
  }));

/** Opens so many connections, in portions, that say nothing; returns how to end them. */
export async function idleSockets(
  target: Target,
  count: number,
): Promise<{ opened: number; end: () => void }> {
  const sockets: Socket[] = [];
  for (let at = 0; at < count; at += 500) {
    const portion = await Promise.allSettled(
      Array.from({ length: Math.min(500, count - at) }, () => open(target)),
    );
    sockets.push(...portion.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])));
  }
  return {
    opened: sockets.length,
    end: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** All that takes moments. */
export const quickAttacks: readonly Attack[] = [...bodies, ...smuggling, ...heads, ...pipelining];
