/** Starts the API as a process: `npm start`. */
import { configFromEnvironment } from './config.ts';
import { beginEmbedded } from './infrastructure/database/open.ts';
import { orEndProcess } from './start-errors.ts';

const config = configFromEnvironment();
const isEmbedded =
  config.DATABASE !== 'none' && config.DATABASE_URL === undefined && config.SUPABASE_URL === undefined;

async function start(): Promise<void> {
  // It takes longer than all else, in a thread of its own: everything else is loaded when that runs.
  const { opened } = isEmbedded
    ? await orEndProcess(beginEmbedded(config.DATA_DIR, config.DATABASE_TIMEOUT_MS))
    : { opened: undefined };
  // Whoever waits for it is told; that may be later than it fails.
  opened?.catch(() => undefined);
  const { serve } = await import('./serve.ts');
  await serve(config, opened);
}

/** Resolves when the process listens. */
export const serving = start();
