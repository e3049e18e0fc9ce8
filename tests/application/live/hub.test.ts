import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type LiveEvent,
  LiveHub,
  type LiveHubDeps,
  type LiveSink,
} from '../../../src/application/live/hub.ts';
import type { NewEvent } from '../../../src/application/ports/event-log.ts';
import { RpcError } from '../../../src/application/ports/rpc.ts';
import type { Viewer } from '../../../src/domain/identity/viewer.ts';
import { MemoryEventLog } from '../../../src/infrastructure/live/event-log.ts';
import { viewer } from '../../fixtures/app.ts';
import { silentLogger, stoppedClock } from '../../fixtures/stubs.ts';

const orgAdmin: Viewer = { ...viewer, id: 'u-admin', roles: ['org_admin'], tokenId: 't-admin' };

/** A reader that notes what it is told; how much waits is said by the test. */
function makeSink() {
  const told: string[] = [];
  const state = { waiting: 0 };
  const sink: LiveSink = {
    waitingBytes: () => state.waiting,
    begin: (position) => void told.push(`begin ${position}`),
    event: ({ position, type }: LiveEvent) => void told.push(`${position} ${type}`),
    beat: () => void told.push('beat'),
    end: (reason) => void told.push(`end ${reason}`),
    drop: () => void told.push('drop'),
    drained: async () => undefined,
  };
  return { told, state, sink };
}

const refreshed = (stream: string, data: object = { subject: { kind: 'learner', id: 'u-1' } }): NewEvent => ({
  stream,
  type: 'analytics_refreshed',
  data: { ...data },
  correlationId: 'r-1',
  occurredAt: 0,
});

const newLog = () => new MemoryEventLog({ uuid: () => 'e-1' });

function makeHub(overrides: Partial<LiveHubDeps> = {}) {
  const log = newLog();
  const clock = stoppedClock();
  const revoked = new Set<string>();
  const hub = new LiveHub({
    log,
    sessions: { isRevoked: ({ tokenId }) => revoked.has(tokenId) },
    clock,
    logger: silentLogger,
    random: () => 0,
    streamsPerUser: 2,
    pollMs: 500,
    ...overrides,
  });
  async function join(who: Viewer = viewer, last?: number) {
    const reader = makeSink();
    const stream = await hub.open(who, last);
    stream.attach(reader.sink);
    return { ...reader, stream };
  }
  return { hub, log, clock, revoked, join };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
/** Lets promises that are ready have their turn. */
const settle = () => vi.advanceTimersByTimeAsync(0);

describe('a live stream', () => {
  it('tells its person of what happens from now on, in order, and of nobody else', async () => {
    const { hub, log, join } = makeHub();
    await log.append(refreshed('user:u-1'));
    const { told } = await join();
    await log.append(refreshed('user:u-2'));
    await log.append(refreshed('user:u-1'));
    await log.append(refreshed('user:u-1'));
    hub.wake();
    await settle();
    expect(told).toEqual(['begin 1', '3 analytics_refreshed', '4 analytics_refreshed']);
  });

  it('tells an org_admin of the own organization as a whole, not of its people or of another', async () => {
    const { hub, log, join } = makeHub();
    const { told } = await join(orgAdmin);
    const learner = await join();
    await log.append(refreshed('organization:org-1', { subject: { kind: 'organization', id: 'org-1' } }));
    await log.append(refreshed('organization:org-2', { subject: { kind: 'organization', id: 'org-2' } }));
    await log.append(
      refreshed('organization:org-1', { subject: { kind: 'learner', id: 'u-1' }, userId: 'u-1' }),
    );
    await log.append(refreshed('user:u-1'));
    hub.wake();
    await settle();
    expect(told).toEqual(['begin 0', '1 analytics_refreshed']);
    expect(learner.told).toEqual(['begin 0', '4 analytics_refreshed']);
  });

  it('looks at the log by itself from time to time, so that nothing is missed when nobody tells', async () => {
    const { log, join } = makeHub();
    const { told } = await join();
    await log.append(refreshed('user:u-1'));
    await vi.advanceTimersByTimeAsync(499);
    expect(told).toEqual(['begin 0']);
    await vi.advanceTimersByTimeAsync(1);
    expect(told).toEqual(['begin 0', '1 analytics_refreshed']);
  });

  it('leaves out events of the erased, and those that are not what their type says', async () => {
    const { hub, log, join } = makeHub();
    const { told } = await join();
    await log.append(refreshed('user:u-1', {}));
    await log.append({ ...refreshed('user:u-1'), data: {} });
    await log.append({ ...refreshed('user:u-1'), type: 'streak_freeze_used' });
    await log.append({ ...refreshed('user:u-1'), data: { subject: 7 } });
    hub.wake();
    await settle();
    expect(told).toEqual(['begin 0']);
  });

  it('begins with what its reader has missed; what happens meanwhile follows, each once', async () => {
    const { hub, log, join } = makeHub();
    for (let n = 0; n < 250; n += 1) await log.append(refreshed('user:u-1'));
    const other = await join(orgAdmin);
    const waiting = join(viewer, 5);
    await log.append(refreshed('user:u-1'));
    hub.wake();
    const { told } = await waiting;
    await log.append(refreshed('user:u-1'));
    hub.wake();
    await settle();
    const wanted = Array.from({ length: 247 }, (_, n) => `${n + 6} analytics_refreshed`);
    expect(told).toEqual(['begin 5', ...wanted]);
    other.stream.leave();
  });

  it('begins now for a reader that names a place that there is not', async () => {
    const { hub, log, join } = makeHub();
    await log.append(refreshed('user:u-1'));
    const { told } = await join(viewer, 900);
    await log.append(refreshed('user:u-1'));
    hub.wake();
    await settle();
    expect(told).toEqual(['begin 1', '2 analytics_refreshed']);
  });

  it('goes on for a reader that comes from a process that was further', async () => {
    const { log, join } = makeHub();
    await join(orgAdmin);
    await log.append(refreshed('user:u-1'));
    await log.append(refreshed('user:u-1'));
    // This process has not looked since.
    const { told } = await join(viewer, 1);
    await settle();
    expect(told).toEqual(['begin 1', '2 analytics_refreshed']);
  });

  it('is dropped when its reader does not keep up', async () => {
    const { hub, log, join } = makeHub();
    const { told, state } = await join();
    state.waiting = 33 * 1024;
    for (let n = 0; n < 3; n += 1) await log.append(refreshed('user:u-1'));
    hub.wake();
    await settle();
    expect(told).toEqual(['begin 0', '1 analytics_refreshed', 'drop']);
    expect(hub.size).toBe(0);
  });

  it('hears something every 15 s, and is dropped when it has not taken the last by then', async () => {
    const { clock, hub, join } = makeHub();
    const { told, state } = await join();
    const pass = async (ms: number) => {
      clock.advance(ms);
      await vi.advanceTimersByTimeAsync(1000);
    };
    await pass(14_000);
    expect(told).toEqual(['begin 0']);
    await pass(1000);
    expect(told).toEqual(['begin 0', 'beat']);
    state.waiting = 3;
    await pass(15_000);
    expect(told).toEqual(['begin 0', 'beat', 'drop']);
    expect(hub.size).toBe(0);
  });

  it('ends with its token, and with a log-out', async () => {
    const { clock, revoked, join } = makeHub();
    const expiring = await join({ ...viewer, expiresAt: clock.now() + 1500 });
    const leaving = await join({ ...viewer, tokenId: 't-2' });
    revoked.add('t-2');
    clock.advance(1000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(leaving.told).toEqual(['begin 0', 'end token_revoked']);
    expect(expiring.told).toEqual(['begin 0']);
    clock.advance(1000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(expiring.told).toEqual(['begin 0', 'end token_expired']);
  });

  it('is refused to somebody who has as many as one may have, until one is left', async () => {
    const { join } = makeHub();
    const first = await join();
    await join();
    await expect(join()).rejects.toMatchObject({ code: 'RATE_LIMIT_EXCEEDED', retryAfterSeconds: 5 });
    await join(orgAdmin);
    first.stream.leave();
    first.stream.leave();
    await join();
    await expect(join()).rejects.toMatchObject({ code: 'RATE_LIMIT_EXCEEDED' });
  });

  it('ends when the process goes, and so does one that comes then', async () => {
    const { hub, join } = makeHub();
    const early = await join();
    hub.close();
    const late = await join();
    expect(early.told).toEqual(['begin 0', 'end shutting_down']);
    expect(late.told).toEqual(['end shutting_down']);
    expect(hub.size).toBe(0);
  });

  it('is refused while the log cannot be read, and counts for nothing then', async () => {
    const log = newLog();
    let isAway = true;
    const away = () => Promise.reject(new RpcError('unavailable', 'no connection'));
    const { join, hub } = makeHub({
      log: {
        end: () => (isAway ? away() : log.end()),
        since: (position) => (isAway ? away() : log.since(position)),
        of: (...args) => (isAway ? away() : log.of(...args)),
        append: (event) => log.append(event),
      },
    });
    for (let n = 0; n < 3; n += 1) await expect(join()).rejects.toMatchObject({ code: 'unavailable' });
    expect(hub.size).toBe(0);
    isAway = false;
    const { told } = await join();
    isAway = true;
    await log.append(refreshed('user:u-1'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(told).toEqual(['begin 0']);
    isAway = false;
    await vi.advanceTimersByTimeAsync(500);
    expect(told).toEqual(['begin 0', '1 analytics_refreshed']);
  });
});
