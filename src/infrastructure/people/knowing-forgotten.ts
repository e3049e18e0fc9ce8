import type { Rpc } from '../../application/ports/rpc.ts';

/** Functions that write about people, and refuse to (`gone`) when they are told the salt and one of them was erased. */
export const writesAboutPeople: ReadonlySet<string> = new Set([
  'append_events',
  'audit',
  'audit_batch',
  'award_points',
  'create_api_key',
  'create_report',
  'note_accrual',
  'note_accruals',
  'note_progress',
  'receive_delivery',
  'receive_webhook',
  'record_activity',
  'record_entries',
  'save_members',
  'save_peer_figures',
  'save_report_schedule',
  'save_snapshot',
  'save_snapshots',
  'save_some_members',
  'take_idempotency_key',
  'unlock_achievements',
  'update_preferences',
  'use_streak_freeze',
]);

/** Told the salt too, as they leave out whoever was erased, or refuse only what is of today. */
const alsoTold: ReadonlySet<string> = new Set(['update_report']);
const isTold = (fn: string) => writesAboutPeople.has(fn) || alsoTold.has(fn);

/**
 * The same database, which knows again whom it has forgotten: who that is, it can only tell by the salt.
 * @param salt with which ids of erased people are hashed.
 */
export const knowingForgotten = (rpc: Rpc, salt: string): Rpc => ({
  call: (fn, args, options) => rpc.call(fn, isTold(fn) ? { ...args, salt } : args, options),
});
