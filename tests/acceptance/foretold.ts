/** What has to be true of every prediction, whoever is foretold and by which data. */
import { expect } from 'vitest';
import type { Answer } from './demo-process.ts';

/** An answer of the live services that names who foretells, of whom that one was made, and who put it into words. */
export function expectForetold({ status, body }: Answer, model: { id: string; horizonDays: unknown }): void {
  expect(status).toBe(200);
  expect(['realtime', 'cached']).toContain(body.meta.dataSource);
  expect(body.meta.model).toMatchObject({ ...model, version: expect.any(Number) });
  expect(body.meta.model.population.length).toBeGreaterThan(20);
  expect(body.meta.model.inputDigest).toMatch(/^[\w-]{20,}$/);
  expect(body.meta.narrative).toEqual({ source: 'rules', model: null });
}

/** Sentences, without a hole in them or anything that is no sentence. */
export function expectSentences(narrative: unknown): void {
  expect(narrative).toMatch(/^[\p{L}\d].*\.$/u);
  expect(narrative).not.toMatch(/[{}<>@_]|null|undefined|NaN/);
}

/** Why a figure is null, as field: reason (service). */
export const reasonsOf = ({ body: { meta } }: Answer): string[] =>
  meta.missing.map(
    ({ field, reason, service }: { field: string; reason: string; service?: string }) =>
      `${field}: ${reason} (${service ?? 'nobody'})`,
  );
