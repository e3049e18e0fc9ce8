import { describe, expect, it } from 'vitest';
import { makeShutdown } from '../src/shutdown.ts';

const recorder = () => {
  const lines: string[] = [];
  const line = (level: string) => (fields: object) => {
    const { phase, outcome } = fields as { phase: string; outcome?: string };
    lines.push([level, phase, outcome].filter(Boolean).join(' '));
  };
  return { lines, error: line('error'), warn: line('warn'), info: line('info'), debug: line('debug') };
};

describe('shutting down', () => {
  it('runs its phases in order, each to its end', async () => {
    const order: string[] = [];
    const phase = (name: string) => ({ name, timeoutMs: 100, run: async () => void order.push(name) });
    await makeShutdown([phase('readiness'), phase('drain'), phase('close')], recorder())();
    expect(order).toEqual(['readiness', 'drain', 'close']);
  });

  it('goes on when a phase is stuck or fails, and says which', async () => {
    const logger = recorder();
    const phases = [
      { name: 'stuck', timeoutMs: 5, run: () => new Promise<void>(() => undefined) },
      { name: 'broken', timeoutMs: 5, run: () => Promise.reject(new Error('no')) },
      { name: 'close', timeoutMs: 5, run: () => undefined },
    ];
    await makeShutdown(phases, logger)();
    expect(logger.lines).toEqual(['warn stuck timed_out', 'error broken', 'info close done']);
  });

  it('runs once, however often it is asked for', async () => {
    let runs = 0;
    const count = () => {
      runs += 1;
    };
    const shutdown = makeShutdown([{ name: 'close', timeoutMs: 5, run: count }], recorder());
    await Promise.all([shutdown(), shutdown()]);
    expect(runs).toBe(1);
  });
});
