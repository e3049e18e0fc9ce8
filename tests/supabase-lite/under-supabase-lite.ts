import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { SupabaseDatabase } from '../../src/infrastructure/database/supabase.ts';
import type { UnderTest } from '../infrastructure/database/adapters.ts';

const serverFile = new URL('./server.mjs', import.meta.url);
/** Keys of this form alone pass for the service role. */
const serviceRoleKey = `sb_secret_${'of_a_test'.repeat(3)}`;

/** Calls take tens of milliseconds each, one after another. */
const limitMs = 5000;
const longMs = 12_000;

/** One life of the server. @param port 0 = any. */
async function startServer(port: number) {
  const child = fork(serverFile, {
    env: { ...process.env, PORT: String(port), SECRET_KEY: serviceRoleKey },
    silent: true,
  });
  let said = '';
  // It tells every refused statement at length: of use only when it does not start.
  child.stdout?.resume();
  child.stderr?.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-2000);
  });
  const exited = once(child, 'exit');
  const listening = await Promise.race([
    once(child, 'message').then(([at]) => Number(at)),
    exited.then(() => Promise.reject(new Error(`Supabase Lite did not start: ${said}`))),
  ]);
  const stop = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  return { port: listening, stop };
}

/** Whatever it held is gone with it: it holds everything in memory. */
export async function underSupabaseLite(): Promise<UnderTest> {
  let server = await startServer(0);
  const { port } = server;
  let isUp = true;
  let isGone = false;
  const database = new SupabaseDatabase({
    url: `http://127.0.0.1:${port}`,
    serviceRoleKey,
    timeoutMs: limitMs,
    longTimeoutMs: longMs,
    onState: (up) => {
      isUp = up;
    },
  });
  return {
    database: {
      // A statement that nothing stops silences the server for as long as it runs: the way is shut meanwhile.
      call: async (fn, args, options) => {
        for (let waited = 0; !isUp && !isGone && waited < longMs; waited += 50) await setTimeout(50);
        return database.call(fn, args, options);
      },
      close: () => database.close(),
    },
    limitMs,
    longMs,
    down: () => {
      isGone = true;
      return server.stop();
    },
    up: async () => {
      server = await startServer(port);
      isGone = false;
    },
    close: async () => {
      await database.close();
      await server.stop();
    },
  };
}
