/** Everything that one process logs at debug level while all its reads are asked: no token, e-mail, name or body. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, logInAll, reads, sessionWho, tenantsOf } from './asking.ts';
import { call, type Demo, type Session, startDemo } from './demo-process.ts';

/** What must not be logged and was: by kind, so that a failure does not print it either. */
function leaksIn(log: string, secrets: Readonly<Record<string, readonly string[]>>): string[] {
  return Object.entries(secrets).flatMap(([kind, words]) =>
    words.some((word) => log.includes(word)) ? [kind] : [],
  );
}

const password = 'a-password-nobody-has';
const stranger = 'stranger.who.tries@nowhere.example';
const bodyWord = 'a-word-of-a-body-that-is-not-valid';

describe('the log of a process', () => {
  let demo: Demo;
  let sessions: Session[];
  let secrets: Record<string, readonly string[]>;
  beforeAll(async () => {
    demo = await startDemo([], { LOG_LEVEL: 'debug' });
    sessions = await logInAll(demo);
    const members = [...(await tenantsOf(demo)).values()].flat();
    secrets = {
      token: sessions.flatMap(({ accessToken, refreshToken }) => [accessToken, refreshToken]),
      password: [password, ...demo.people.map((person) => person.password)],
      email: [stranger, ...demo.people.map(({ email }) => email)],
      name: members.map(({ fullName }) => fullName),
      userId: demo.people.map(({ id }) => id),
      body: [bodyWord],
    };
  });
  afterAll(() => demo.stop());

  it('finds what is there', () => {
    expect(leaksIn(`{"msg":"${demo.people[0]?.email}"}`, secrets)).toEqual(['email']);
    for (const [kind, words] of Object.entries(secrets)) {
      expect(words.length, kind).toBeGreaterThan(0);
      expect(leaksIn(words[0] ?? '', secrets)).toContain(kind);
    }
  });

  it('holds no token, password, e-mail, name, id of a person or body, whatever is asked', async () => {
    const admin = sessionWho(sessions, 'thriving');
    const ids = { learner: admin.person.id, trainer: 'me', organization: 'org-1', caller: '' };
    for (const session of sessions)
      await Promise.all(reads.map((read) => session.get(at(read, ids[read.about]))));
    const post = (path: string, body: string, headers = {}) =>
      call(`${demo.api}/api/v1${path}`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...headers },
      });
    await post('/auth/login', JSON.stringify({ email: stranger, password }));
    await post('/auth/login', `{"${bodyWord}`);
    await post('/auth/login', JSON.stringify({ [bodyWord]: bodyWord }));
    await post('/gamification/points', JSON.stringify({ reference: bodyWord }), {
      authorization: `Bearer ${admin.accessToken}`,
    });
    const authorization = `Bearer ${admin.accessToken}x`;
    const last = await call(`${demo.api}/api/v1/auth/me`, { headers: { authorization } });
    // Lines are gathered before they are written.
    await expect.poll(demo.stderr).toContain(last.headers.get('x-request-id'));
    const log = demo.stderr();
    const lines = log.split('\n').filter((line) => line.includes('"msg":"request"'));
    expect(lines.length).toBeGreaterThan(reads.length);
    expect(leaksIn(log, secrets)).toEqual([]);
    // Whose a line is can be told apart, and not read.
    const viewers = new Set(lines.flatMap((line) => (JSON.parse(line) as { viewer?: string }).viewer ?? []));
    expect(viewers.size).toBe(sessions.length);
    for (const viewer of viewers) expect(viewer).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('the level of the log', () => {
  it('is turned to debug by SIGUSR2, and back by the next', async () => {
    const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
    const child = spawn(process.execPath, [main], {
      env: { ...process.env, PORT: '0', DATABASE: 'none', LOG_LEVEL: 'info', MOCK_LEARNERS: '50' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    try {
      const lines = createInterface({ input: child.stderr })[Symbol.asyncIterator]();
      const next = async (message: string) => {
        for (;;) {
          const { value, done } = await lines.next();
          if (done === true) throw new Error(`it ended before it said "${message}"`);
          const line = JSON.parse(value) as { msg: string };
          if (line.msg === message) return line;
        }
      };
      await next('listening');
      child.kill('SIGUSR2');
      expect(await next('log level')).toMatchObject({ now: 'debug' });
      child.kill('SIGUSR2');
      expect(await next('log level')).toMatchObject({ now: 'info' });
    } finally {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  });
});

describe('a process that meets a defect that nobody catches', () => {
  it('says so in its last line, and ends', async () => {
    const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
    const defect = `process.once('SIGUSR1', () => { throw new RangeError('nobody catches this'); });`;
    const child = spawn(
      process.execPath,
      ['--import', `data:text/javascript,${encodeURIComponent(defect)}`, main],
      {
        env: { ...process.env, PORT: '0', DATABASE: 'none', LOG_LEVEL: 'info', MOCK_LEARNERS: '50' },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    const ended = once(child, 'exit');
    const lines: { msg: string; level: number; err?: { name: string } }[] = [];
    for await (const line of createInterface({ input: child.stderr })) {
      lines.push(JSON.parse(line));
      if (lines.at(-1)?.msg === 'listening') child.kill('SIGUSR1');
    }
    expect(await ended).toEqual([1, null]);
    expect(lines.at(-1)).toMatchObject({
      level: 50,
      msg: 'the process ends by a defect',
      err: { name: 'RangeError' },
    });
  });
});
