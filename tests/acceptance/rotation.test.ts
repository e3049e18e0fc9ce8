/** Secrets are replaced under a process that serves: by files and SIGHUP, without a request that fails. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [first, second, webhooksFirst, webhooksSecond, service, serviceNext] = [
  'first',
  'second',
  'webhooks-first',
  'webhooks-second',
  'service',
  'service-next',
].map((name) => name.padEnd(40, '-of-the-test')) as [string, string, string, string, string, string];

const isSignedBy = (token: string, secret: string) => {
  const [head, payload, signature] = token.split('.');
  return createHmac('sha256', secret).update(`${head}.${payload}`).digest('base64url') === signature;
};

describe('a process whose secrets are in files', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'rotation-'));
  const file = (name: string) => path.join(folder, name);
  const mount = (files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(file(name), `${text}\n`);
  };
  const shown: IncomingHttpHeaders[] = [];
  let courses: Server;
  let child: ChildProcess;
  let url: string;
  let said = '';

  /** SIGHUP, until the process says that it has read the files. */
  async function readAgain(words = 'files were read again'): Promise<void> {
    const times = () => said.split(words).length;
    const before = times();
    child.kill('SIGHUP');
    await expect.poll(times, { interval: 20 }).toBe(before + 1);
  }

  beforeAll(async () => {
    courses = createServer((request, response) => {
      shown.push(request.headers);
      response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
    }).listen(0, '127.0.0.1');
    await once(courses, 'listening');
    mount({ flags: '{}', jwt: first, former: '', service, webhooks: `courses=${webhooksFirst}` });
    const { PATH = '' } = process.env;
    child = spawn(process.execPath, ['src/main.ts'], {
      cwd: root,
      env: {
        PATH,
        PORT: '0',
        DATABASE: 'none',
        MOCK_LEARNERS: '150',
        RATE_STANDARD_PER_MINUTE: '1000000',
        UPSTREAM_REPLY_SECONDS: '0',
        COURSE_MS_URL: `http://127.0.0.1:${(courses.address() as AddressInfo).port}`,
        JWT_SECRET_FILE: file('jwt'),
        JWT_FORMER_SECRET_FILE: file('former'),
        SERVICE_TOKEN_SECRET_FILE: file('service'),
        WEBHOOK_SECRETS_FILE: file('webhooks'),
        FLAGS_FILE: file('flags'),
      },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const [message] = await once(child, 'message');
    url = (message as { url: string }).url;
  });
  afterAll(async () => {
    child.kill('SIGTERM');
    await once(child, 'close');
    courses.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function logIn(): Promise<string> {
    const response = await fetch(`${url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'thriving@org-1.example', password: 'demo-thriving' }),
    });
    const { data } = (await response.json()) as { data: { accessToken: string } };
    return data.accessToken;
  }
  const ask = (token: string, at = '/auth/me') =>
    fetch(`${url}/api/v1${at}`, { headers: { authorization: `Bearer ${token}` } });
  const statusOf = async (token: string) => (await ask(token)).status;

  let sent = 0;
  async function tell(secret: string): Promise<number> {
    sent += 1;
    const body = JSON.stringify({
      type: 'course.updated',
      occurredAt: new Date().toISOString(),
      subject: { courseId: `c-${sent}` },
    });
    const timestamp = String(Math.floor(Date.now() / 1000));
    const id = `d-${sent}`;
    const signature = createHmac('sha256', secret).update(`v2.${timestamp}.${id}.${body}`).digest('hex');
    const response = await fetch(`${url}/api/v1/webhooks/courses`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-webhook-timestamp': timestamp,
        'x-webhook-id': id,
        'x-webhook-signature': `v2=${signature}`,
      },
      body,
    });
    return response.status;
  }

  /** Calls with whichever token is in use, one after the other, until it is stopped. */
  function serveMeanwhile(tokenNow: () => string) {
    const statuses: number[] = [];
    let goesOn = true;
    const asking = (async () => {
      while (goesOn) {
        statuses.push((await ask(tokenNow())).status);
        await delay(2);
      }
    })();
    return {
      /** Resolves when some more were answered. */
      goOn: async () => {
        const enough = statuses.length + 5;
        await expect.poll(() => statuses.length, { interval: 10 }).toBeGreaterThan(enough);
      },
      stop: async () => {
        goesOn = false;
        await asking;
        return statuses;
      },
    };
  }

  it('takes new ones on SIGHUP, with both in use for a time, and refuses no request meanwhile', async () => {
    const old = await logIn();
    expect(isSignedBy(old, first)).toBe(true);
    let token = old;
    const { goOn, stop } = serveMeanwhile(() => token);
    await goOn();

    // So that no process signs with what another one does not know yet.
    mount({ former: second });
    await readAgain();
    await goOn();
    expect(isSignedBy(await logIn(), first)).toBe(true);

    mount({ jwt: second, former: first });
    await readAgain();
    const next = await logIn();
    expect(isSignedBy(next, second)).toBe(true);
    expect(await statusOf(old)).toBe(200);
    await goOn();

    token = next;
    await goOn();
    mount({ former: '' });
    await readAgain();
    await goOn();
    const statuses = await stop();
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    expect([await statusOf(old), await statusOf(next)]).toEqual([401, 200]);
  });

  it('checks what services sign, and signs what it shows to them, with the new ones', async () => {
    expect([await tell(webhooksFirst), await tell(webhooksSecond)]).toEqual([202, 401]);
    const token = await logIn();
    const bearerFor = async (analytic: string) => {
      shown.length = 0;
      await ask(token, `/analytics/learner/${analytic}/me`);
      return (shown.at(0)?.authorization ?? '').replace('Bearer ', '');
    };
    expect(isSignedBy(await bearerFor('velocity'), service)).toBe(true);

    mount({ webhooks: `courses=${webhooksSecond}|${webhooksFirst}`, service: serviceNext });
    await readAgain();
    expect([await tell(webhooksFirst), await tell(webhooksSecond)]).toEqual([202, 202]);
    expect(isSignedBy(await bearerFor('engagement'), serviceNext)).toBe(true);

    mount({ webhooks: `courses=${webhooksSecond}` });
    await readAgain();
    expect([await tell(webhooksFirst), await tell(webhooksSecond)]).toEqual([401, 202]);
  });

  it('switches off and on again what its file of flags says', async () => {
    const token = await logIn();
    const risk = async () => (await ask(token, '/analytics/predictive/drop-off-risk/me')).status;
    expect(await risk()).toBe(200);
    mount({ flags: '{"predictions": {"organizations": {"org-1": false}}}' });
    await readAgain();
    expect(await risk()).toBe(404);
    mount({ flags: '{"predictions": "no"}' });
    await readAgain('cannot be used; nothing has changed');
    expect(said).toContain(`FLAGS: predictions must be true, false, a percentage`);
    expect(await risk()).toBe(404);
    mount({ flags: '' });
    await readAgain();
    expect(await risk()).toBe(200);
  });

  it('goes on with what it has when a file is wrong, and names the file, not what is in it', async () => {
    mount({ webhooks: 'courses=hunter2' });
    await readAgain('cannot be used; nothing has changed');
    expect(said).toContain(`(in ${file('webhooks')})`);
    expect(await tell(webhooksSecond)).toBe(202);
    for (const secret of [first, second, webhooksFirst, webhooksSecond, service, serviceNext, 'hunter2'])
      expect(said).not.toContain(secret);
  });
});
