/** A service that means harm: whatever it says, nobody else is harmed, and what it says is never told as a figure. */
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import jwt from 'jsonwebtoken';
import request from 'supertest';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { type Container, makeContainer } from '../../../src/container.ts';
import { services } from '../../../src/domain/provenance.ts';
import { servicePrefix } from '../../../src/environment.ts';
import { deepestReply } from '../../../src/infrastructure/upstreams/parse-shallow.ts';
import { timed } from '../../fixtures/lateness.ts';
import { type Call, type HostileServer, startHostileServer } from './hostile-server.ts';

const budgetMs = 4000;
const secret = 'a-secret-for-this-test-only-0123456789';
let hostile: HostileServer;
/** Where nobody must ever be led. */
let elsewhere: HostileServer;
let container: Container;
const errors: string[] = [];

beforeAll(async () => {
  [hostile, elsewhere] = await Promise.all([startHostileServer(200), startHostileServer(10)]);
  const read = readConfig({
    ...Object.fromEntries(services.map((service) => [`${servicePrefix[service]}_URL`, hostile.url(service)])),
    ...Object.fromEntries(services.map((service) => [`${servicePrefix[service]}_TIMEOUT_MS`, '1000'])),
    ...Object.fromEntries(services.map((service) => [`${servicePrefix[service]}_RETRIES`, '1'])),
    REQUEST_BUDGET_MS: String(budgetMs),
    JWT_SECRET: secret,
    LOG_LEVEL: 'info',
    DATABASE: 'none',
    MOCK_FALLBACK: 'never',
    UPSTREAM_REPLY_SECONDS: '0',
    CACHE_LEARNER_SECONDS: '0',
    CACHE_STAND_IN_MS: '0',
    // Nothing of before may stand in.
    CACHE_LAST_KNOWN_GOOD_SECONDS: '0',
    RATE_STANDARD_PER_MINUTE: '100000',
  });
  if (!read.ok) throw new Error(read.problems.join('\n'));
  container = await makeContainer(read.config, {
    write: (line: string) => {
      if (JSON.parse(line).level >= 50) errors.push(line);
    },
  });
});
afterEach(() => {
  hostile.attack(() => false);
  for (const service of services) container.gate.resetBreaker(service);
  expect(errors).toEqual([]);
});
afterAll(async () => {
  await container.stopWork();
  await container.close();
  await Promise.all([hostile.close(), elsewhere.close()]);
});

function person(number: number) {
  const id = `u-${String(number).padStart(6, '0')}`;
  const claims = { sub: id, org: 'org-1', roles: ['learner'], jti: id, sid: id };
  const options = { issuer: 'learning-analytics', audience: 'learning-analytics', expiresIn: 600 } as const;
  return { id, authorization: `Bearer ${jwt.sign(claims, secret, options)}` };
}

/** Each is somebody else, so that no two calls are shared. */
let people = 0;
function somebody() {
  people += 1;
  return person(people);
}

async function ask(path: string, { authorization } = somebody()) {
  const { value, ownMs } = await timed(() =>
    request(container.listener).get(`/api/v1${path}`).set({ authorization }),
  );
  const { status, headers, body, text } = value;
  return { status, headers, body, text, ownMs };
}
const velocity = '/analytics/learner/velocity/me';
const skillGap = '/analytics/learner/skill-gap/me';

const isProgress = ({ service, path }: Call) => service === 'courses' && path.startsWith('/progress/');
const reply = ({ response }: Call, text: string | Buffer, headers: Record<string, string> = {}) =>
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(text);

/** Writes as fast as it is read, until the reader leaves. */
function pour({ response }: Call, chunk: Buffer | string, told: (bytes: number) => void): void {
  const more = () => {
    for (let open = true; open && !response.destroyed; ) {
      open = response.write(chunk);
      told(chunk.length);
    }
  };
  response.on('drain', more);
  more();
}

const page = (cursor: string, bytes: number) =>
  JSON.stringify({ items: [], nextCursor: cursor, padding: 'x'.repeat(bytes) });
const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

describe('a hostile service', () => {
  let sent = 0;
  const attacks: [string, (call: Call) => unknown, number[]][] = [
    [
      'sends a body without end',
      (call) => {
        call.response.writeHead(200, { 'content-type': 'application/json' });
        pour(call, Buffer.alloc(64 * 1024, 32), (bytes) => {
          sent += bytes;
        });
      },
      // Slow machines may take too long to get as far.
      [502, 504],
    ],
    [
      'sends a gzip bomb',
      (() => {
        const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 32));
        return (call: Call) => {
          sent += bomb.length;
          reply(call, bomb, { 'content-encoding': 'gzip' });
        };
      })(),
      [502, 504],
    ],
    [
      'sends pages of 5 MB for ever, each with another cursor',
      (call) => {
        const text = page(String(hostile.calls()), 4_900_000);
        sent += text.length;
        reply(call, text);
      },
      [502, 504],
    ],
    ['sends the same cursor again and again', (call) => reply(call, page('again', 1)), [502]],
    [
      'sends cursors that go in a circle',
      (call) => reply(call, page(String(hostile.calls() % 3), 1)),
      [502, 504],
    ],
    [
      'drips a byte at a time',
      async (call) => {
        call.response.writeHead(200);
        while (!call.response.destroyed) {
          call.response.write(' ');
          await sleep(20);
        }
      },
      [504],
    ],
    ['never answers', () => undefined, [504]],
    ['nests a thousand levels', (call) => reply(call, `{"items":${nested(1000)}}`), [502]],
    [
      'nests a million levels in a JSON string',
      (call) => reply(call, JSON.stringify(nested(1_000_000))),
      [502],
    ],
    [
      'sends a header of a megabyte',
      (call) => {
        call.request.socket.write(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(1_000_000)}\r\n\r\n{}`);
        call.request.socket.end();
      },
      [502, 503],
    ],
    [
      'speaks no HTTP',
      (call) => {
        call.request.socket.end('\u0000\u0001 hello\r\n\r\n'.repeat(100));
      },
      [502, 503],
    ],
    [
      'leads elsewhere',
      ({ response }) =>
        response.writeHead(307, { location: `${elsewhere.url('courses')}/api/v1/progress/x` }).end(),
      [503],
    ],
  ];

  it.each(attacks)(
    'that %s is an error in time, of bounded memory, and its sockets are closed',
    async (_name, attack, statuses) => {
      sent = 0;
      const before = process.memoryUsage();
      hostile.attack((call) => (isProgress(call) ? attack(call) : false));
      const together = await Promise.all([ask(velocity), ask(velocity), ask(velocity), ask(skillGap)]);
      const honest = together.at(-1);
      for (const answer of together.slice(0, 3)) {
        expect(statuses).toContain(answer.status);
        expect(answer.body.error.code).toMatch(/^(UPSTREAM_INVALID|UPSTREAM_UNAVAILABLE|DEADLINE_EXCEEDED)$/);
        expect(answer.headers['cache-control']).toBe('no-store');
        expect(answer.ownMs).toBeLessThan(budgetMs + 4000);
      }
      // Whoever does not need it has figures as ever.
      expect([honest?.status, honest?.body.data]).toEqual([200, expect.any(Object)]);
      const after = process.memoryUsage();
      expect(after.rss - before.rss).toBeLessThan(300 * 1024 * 1024);
      // Three callers, two attempts each, none reads more than a call may; what a socket has buffered comes on top.
      expect(sent).toBeLessThan(3 * 2 * 32 * 1024 * 1024);
      expect(elsewhere.calls()).toBe(0);
      hostile.attack(() => false);
      const closing = await timed(() => expect.poll(() => hostile.sockets()).toBeLessThan(16));
      expect(closing.ownMs).toBeLessThan(3000);
    },
  );

  /** Every place of a reply, as a path. */
  function placesIn(value: unknown, path: (string | number)[] = []): (string | number)[][] {
    if (typeof value !== 'object' || value === null) return [path];
    const entries = Array.isArray(value)
      ? value.slice(0, 1).map((item, at) => [at, item])
      : Object.entries(value);
    return [path, ...entries.flatMap(([name, item]) => placesIn(item, [...path, name as string | number]))];
  }
  function replaced(value: unknown, [name, ...rest]: (string | number)[], other: unknown): unknown {
    if (name === undefined) return other;
    const copy = Array.isArray(value) ? [...value] : { ...(value as object) };
    Reflect.set(copy, name, replaced(Reflect.get(copy, name), rest, other));
    return copy;
  }
  const wrong = [
    null,
    true,
    -1,
    1e308,
    '',
    'constructor',
    '__proto__',
    '9'.repeat(400),
    '0001-01-01T00:00:00Z',
    [],
    {},
    JSON.parse('{"toString":1,"then":1,"__proto__":{"userId":"u-1"}}'),
    JSON.parse(nested(deepestReply - 6)),
  ];

  it('that sends wrong types in any place is an error or leaves a figure unknown, never a defect and never a number', async () => {
    const known = person(0);
    let shape: unknown;
    hostile.attack((call) => {
      if (isProgress(call)) shape = call.honest();
      return false;
    });
    expect((await ask(velocity, known)).body.meta.complete).toBe(true);
    const places = placesIn(shape);
    expect(places.length).toBeGreaterThan(10);
    for (const [index, place] of places.entries()) {
      const other = wrong[index % wrong.length];
      const also = wrong[(index * 5 + 3) % wrong.length];
      for (const value of [other, also]) {
        hostile.attack((call) =>
          isProgress(call) ? reply(call, JSON.stringify(replaced(shape, place, value))) : false,
        );
        const { status, text } = await ask(velocity, known);
        expect([200, 422, 502], `${place.join('.')} = ${JSON.stringify(value)?.slice(0, 40)}`).toContain(
          status,
        );
        expect(text).not.toMatch(/NaN|Infinity|function|\[object/);
        container.gate.resetBreaker('courses');
      }
    }
  });

  const evil = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    '=HYPERLINK("http://evil.example","x")',
    '\t@SUM(1+1)',
    '\u202e+cmd|calc',
  ];
  /** Every text that is shown to people. */
  const withEvilTexts = (value: unknown, at = { next: 0 }): unknown => {
    if (Array.isArray(value)) return value.map((item) => withEvilTexts(item, at));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => {
        at.next += 1;
        return /Title$|^title$|Name$|^name$|^position$/.test(name) && typeof item === 'string'
          ? [name, evil[at.next % evil.length]]
          : [name, withEvilTexts(item, at)];
      }),
    );
  };

  it('that sends mark-up and formulas for names harms nobody who reads the answer or a report of it', async () => {
    hostile.attack((call) => {
      const said = call.honest();
      return said === undefined ? false : reply(call, JSON.stringify(withEvilTexts(said)));
    });
    const reader = person(0);
    const answer = await ask(velocity, reader);
    expect(answer.text).toMatch(/HYPERLINK|onerror|SUM/);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    const fileOf = async (format: string) => {
      const { body } = await request(container.listener)
        .post('/api/v1/reports')
        .set({ authorization: reader.authorization, 'Idempotency-Key': `hostile-${format}` })
        .send({ type: 'learner', subjectId: 'me', format });
      const state = async () => (await ask(body.data.statusUrl.replace('/api/v1', ''), reader)).body.data;
      await expect.poll(async () => (await state()).status).toBe('ready');
      const file = await request(container.listener)
        .get((await state()).download.url)
        .buffer()
        .parse((response, done) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('end', () => done(null, Buffer.concat(parts)));
        });
      return { text: (file.body as Buffer).toString(), headers: file.headers };
    };
    const csv = await fileOf('csv');
    expect(csv.text).toMatch(/HYPERLINK|SUM/);
    for (const cell of csv.text.split(/[\r\n]+|(?<=^|,)"|,/))
      expect(cell.replace(/^\ufeff/, '')).not.toMatch(/^[\s\p{Cf}]*[=+@](?!\d)/u);
    const html = await fileOf('html');
    expect(html.headers['content-disposition']).toMatch(/^attachment/);
    expect(html.text).not.toMatch(/<script|<img/i);
  });
});
