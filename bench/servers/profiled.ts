/** Loaded into the measured process before its own code: takes a profile of it when asked. */
import { Session } from 'node:inspector/promises';

const session = new Session();
session.connect();

process.on('message', async (ask: unknown) => {
  if (ask === 'begin') {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 200 });
    await session.post('Profiler.start');
    process.send?.('begun');
  }
  if (ask === 'end') {
    const { profile } = await session.post('Profiler.stop');
    process.send?.(profile);
  }
});
