/**
 * `npm run prove:input [-- --idle 10000 --fuzz 20000]`: hostile clients against one process of our own on this machine, and the
 * fuzzer of the contract. Prints one line per promise; exit code 1 when one is broken.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { percentile } from '../bench/figures.ts';
import { demoPeople } from '../mocks/world/demo-people.ts';
import { type ApiProcess, startApiProcess } from './prove/api-process.ts';
import {
  type Attack,
  deafReaders,
  idleSockets,
  quickAttacks,
  slowClients,
  type Target,
} from './prove/input-attacks.ts';
import { type Promised, report } from './prove/report.ts';

const { values: options } = parseArgs({
  options: { idle: { type: 'string', default: '10000' }, fuzz: { type: 'string', default: '20000' } },
});
const idle = Number(options.idle);
const root = fileURLToPath(new URL('..', import.meta.url));

/** What hostile clients may add to the memory of a process, while they are there. */
const mostExtraMb = 250;
/** Longest that a server of ours waits for a request, and a look at the clock more. */
const longestWaitMs = 27_000;

/** Somebody who wants nothing bad, all the while. */
function honest(url: string, token: string) {
  const times: number[] = [];
  let refused = 0;
  let isOver = false;
  const loop = (async () => {
    for (let turn = 0; !isOver; turn += 1) {
      const path = turn % 2 === 0 ? '/health' : '/api/v1/analytics/learner/velocity/me';
      const startedAt = performance.now();
      const status = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } })
        .then(async (answer) => {
          await answer.text();
          return answer.status;
        })
        .catch(() => 0);
      times.push(performance.now() - startedAt);
      if (status !== 200) refused += 1;
      await delay(20);
    }
  })();
  return async () => {
    isOver = true;
    await loop;
    return { asked: times.length, refused, p99: percentile(times, 99) };
  };
}

async function logIn(url: string): Promise<string> {
  const [person] = demoPeople();
  const answer = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: person?.email, password: person?.password }),
  });
  const { data } = (await answer.json()) as { data: { accessToken: string } };
  return data.accessToken;
}

async function attacked(api: ApiProcess): Promise<Promised[]> {
  const { hostname: host, port } = new URL(api.url);
  const target: Target = { host, port: Number(port) };
  const token = await logIn(api.url);
  const calm = honest(api.url, token);
  await delay(2000);
  await calm();
  const before = api.memoryMb();
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, api.memoryMb());
  }, 100);

  const stop = honest(api.url, token);
  const broken: string[] = [];
  const all: Attack[] = [...quickAttacks, deafReaders(100)];
  for (const { name, run } of all)
    broken.push(...(await run(target)).map((problem) => `${name}: ${problem}`));
  // Many at once, not only one after the other.
  const together = await Promise.all(
    [...quickAttacks, ...quickAttacks].map(({ name, run }) =>
      run(target).then((found) => found.map((problem) => `${name}, with others: ${problem}`)),
    ),
  );
  broken.push(...together.flat());
  const slow = slowClients(200, longestWaitMs);
  const late = await Promise.all(
    slow.map(({ name, run }) => run(target).then((found) => found.map((problem) => `${name}: ${problem}`))),
  );
  broken.push(...late.flat());
  const others = await stop();

  const beside = honest(api.url, token);
  const { opened, end } = await idleSockets(target, idle);
  await delay(3000);
  end();
  const amongIdle = await beside();
  await delay(2000);
  clearInterval(watch);
  const isUp = await fetch(`${api.url}/health`).then(({ ok }) => ok);
  return [
    {
      what: `hostile requests of ${all.length + slow.length} kinds are refused, and end`,
      seen: broken.length === 0 ? 'all' : [...new Set(broken)].join('; '),
      holds: broken.length === 0,
    },
    {
      what: 'others are served meanwhile',
      seen: `${others.asked - others.refused} of ${others.asked}, p99 ${others.p99.toFixed(0)} ms`,
      holds: others.refused === 0,
    },
    {
      what: `${idle} idle connections keep nobody out`,
      seen: `${opened} opened; ${amongIdle.asked - amongIdle.refused} of ${amongIdle.asked} others served, p99 ${amongIdle.p99.toFixed(0)} ms`,
      holds: opened === idle && amongIdle.refused === 0 && amongIdle.asked > 0,
    },
    {
      what: 'memory is bounded',
      seen: `${before.toFixed(0)} MB before, at most ${most.toFixed(0)} MB`,
      holds: most - before < mostExtraMb,
    },
    {
      what: 'the process stays up, and nobody is woken',
      seen: `${isUp ? 'up' : 'DOWN'}, ${api.errors.length} ERROR lines`,
      holds: isUp && api.errors.length === 0,
    },
  ];
}

/** The fuzzer of the acceptance tests, with more runs. */
async function fuzzed(): Promise<Promised> {
  const child = spawn('npx', ['vitest', 'run', 'tests/acceptance/fuzz.test.ts'], {
    cwd: root,
    env: { ...process.env, FUZZ_RUNS: options.fuzz },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) process.stdout.write(said);
  return {
    what: `${options.fuzz} made-up requests get documented answers, and none is a 5xx`,
    seen: code === 0 ? 'all' : 'see above',
    holds: code === 0,
  };
}

const api = await startApiProcess({
  DATABASE: 'none',
  MOCK_LEARNERS: '200',
  RATE_STANDARD_PER_MINUTE: '10000000',
  RATE_ORGANIZATION_PER_MINUTE: '10000000',
  RATE_ADDRESS_PER_MINUTE: '10000000',
  RATE_AUTH_PER_15_MINUTES: '10000000',
  RATE_AUTH_ADDRESS_PER_15_MINUTES: '10000000',
});
try {
  const found = await attacked(api);
  if (Number(options.fuzz) > 0) found.push(await fuzzed());
  process.exitCode = report(found) ? 0 : 1;
} finally {
  await api.stop();
}
