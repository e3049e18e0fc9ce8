import { createHash } from 'node:crypto';
import {
  type EvaluationContext,
  FlagNotFoundError,
  OpenFeature,
  type Provider,
  type ResolutionDetails,
  StandardResolutionReasons,
  TypeMismatchError,
} from '@openfeature/server-sdk';
import type { IsOn } from '../../application/ports/flags.ts';
import { type FlagRules, flags, isLetIn } from '../../domain/flags.ts';

const steps = 10_000;

/** Hundredths of a percent, by flag, so that it is not always the same people who try things out. */
function placeOf(flag: string, subject: string): number {
  const bytes = createHash('sha256').update(`${flag}\n${subject}`).digest();
  return ((bytes.readUInt32BE(0) % steps) * 100) / steps;
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** Rules of ours behind the standard's interface: another provider can take its place. */
class RulesProvider implements Provider {
  readonly metadata = { name: 'rules' } as const;
  readonly runsOn = 'server';
  rules: FlagRules;

  constructor(rules: FlagRules) {
    this.rules = rules;
  }

  /** The person who is asked about, else the organization, has a place. */
  async resolveBooleanEvaluation(
    key: string,
    _default: boolean,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<boolean>> {
    const flag = flags.find((one) => one === key);
    if (flag === undefined) throw new FlagNotFoundError(`there is no flag ${key}`);
    const organizationId = textOf(context.organizationId);
    const subject = textOf(context.targetingKey) ?? organizationId;
    const place = subject === null ? null : placeOf(flag, subject);
    const value = isLetIn(this.rules[flag], organizationId, place);
    const reason = this.rules[flag] && StandardResolutionReasons.TARGETING_MATCH;
    return { value, reason: reason ?? StandardResolutionReasons.DEFAULT };
  }

  readonly resolveStringEvaluation = notBoolean;
  readonly resolveNumberEvaluation = notBoolean;
  readonly resolveObjectEvaluation = notBoolean;
}

async function notBoolean(): Promise<never> {
  throw new TypeMismatchError('every flag is true or false');
}

export interface OpenedFlags {
  isOn: IsOn;
  /** From now on these hold. */
  useRules: (rules: FlagRules) => void;
}

/** @param domain a name of its own, for a process can hold several applications. */
export async function openFeatureFlags(rules: FlagRules, domain: string): Promise<OpenedFlags> {
  const provider = new RulesProvider(rules);
  await OpenFeature.setProviderAndWait(domain, provider);
  const client = OpenFeature.getClient(domain);
  return {
    isOn: (flag, { userId, organizationId }) =>
      client.getBooleanValue(flag, false, {
        targetingKey: userId ?? '',
        organizationId: organizationId ?? '',
      }),
    useRules: (now) => {
      provider.rules = now;
    },
  };
}
