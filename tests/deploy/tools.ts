import { describe, it } from 'vitest';
import { findTool, type Tool } from '../../scripts/debian-tools.ts';

/** A suite that needs a program of Debian: one skipped line without it, and in CI, where nothing may be skipped, a failure. */
export function describeWith(tool: Tool, name: string, suite: () => void): void {
  const hint = `there is no ${tool}; npm run install-tools`;
  if (findTool(tool) !== undefined) describe(name, suite);
  else if (process.env.CI !== 'true') it.skip(`${name}: ${hint}`, () => undefined);
  else
    it(name, () => {
      throw new Error(hint);
    });
}
