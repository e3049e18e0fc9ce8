import { allOn, type IsOn } from '../application/ports/flags.ts';
import type { Config } from '../config.ts';
import { ids } from '../infrastructure/auth/ids.ts';

export interface Flags {
  isOn: IsOn;
  useRules: (rules: Config['FLAGS']) => void;
}

/** Without rules everything is on, and the library is not loaded; there can then be none later either. */
export async function openFlags({ FLAGS: rules, mounted }: Config): Promise<Flags> {
  if (rules === undefined && !mounted.includes('FLAGS')) return { isOn: allOn, useRules: () => undefined };
  const { openFeatureFlags } = await import('../infrastructure/flags/open-feature.ts');
  const { isOn, useRules } = await openFeatureFlags(rules ?? {}, ids.uuid());
  return { isOn, useRules: (now) => useRules(now ?? {}) };
}
