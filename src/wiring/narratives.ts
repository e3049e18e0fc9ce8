import { makeNarrate, type Narrate } from '../application/narratives/narrate.ts';
import type { Clock } from '../application/ports/clock.ts';
import { allOn, type IsOn } from '../application/ports/flags.ts';
import type { Preferences } from '../application/ports/gamification.ts';
import type { Logger } from '../application/ports/logger.ts';
import type { NarrativeModel } from '../application/ports/narrative-model.ts';
import type { Config } from '../config.ts';
import { digest } from '../infrastructure/digest.ts';
import { makeDayBudget } from '../infrastructure/narratives/day-budget.ts';
import { makeMemoryTexts } from '../infrastructure/narratives/memory-texts.ts';
import type { Sharing } from './shared.ts';

const keepSeconds = 48 * 3600;
const mostTexts = 10_000;
const dayMs = 86_400_000;

/** Google's library is loaded only where there is a key for it. */
async function openModel({
  GEMINI_API_KEY,
  GEMINI_MODEL,
  GEMINI_URL,
}: Config): Promise<NarrativeModel | null> {
  if (GEMINI_API_KEY === undefined) return null;
  const { geminiDefaults, makeGemini } = await import('../infrastructure/narratives/gemini.ts');
  return makeGemini({ ...geminiDefaults, apiKey: GEMINI_API_KEY, model: GEMINI_MODEL, baseUrl: GEMINI_URL });
}

/** The one way to words: by the language model where it is configured and allowed, else by rules. */
export async function openNarratives(
  config: Config,
  preferences: Pick<Preferences, 'of'>,
  sharing: Pick<Sharing, 'countsOf'>,
  clock: Clock,
  logger: Logger,
  isOn: IsOn = allOn,
): Promise<Narrate> {
  const without = new Set(config.NARRATIVE_OFF_ORGANIZATIONS);
  return makeNarrate({
    model: await openModel(config),
    texts: makeMemoryTexts(keepSeconds, mostTexts),
    budget: makeDayBudget(config.NARRATIVE_CALLS_PER_DAY, clock, sharing.countsOf?.('narratives', dayMs)),
    preferences,
    allows: (about) => !without.has(about.organizationId ?? '') && isOn('narratives', about),
    digest,
    logger,
  });
}
