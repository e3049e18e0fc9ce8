import type { Fact } from '../../domain/narrative/narrative.ts';
import type { Narrate } from '../narratives/narrate.ts';
import type { Highlight, Summarize } from '../ports/reports.ts';
import { summarizeByRules } from './summarize-by-rules.ts';

/** A report is nobody's hurry, but its job has others to make. */
const longestMs = 10_000;

/** What a language model is told of a figure: its name among ours and its number. Codes are left to the rules. */
const factOf = ({ section, label, cell: { value } }: Highlight): Fact[] =>
  typeof value === 'number' ? [{ code: `${section}.${label}`.replaceAll('-', '_'), value }] : [];

/** The summary by the language model where it may and can, else by the rules of reports. Never rejects. */
export const makeSummarize =
  (narrate: Narrate): Summarize =>
  async (told, about) => {
    const byRules = await summarizeByRules(told, about);
    const item = { kind: 'summary', facts: told.highlights.flatMap(factOf), rules: byRules.text } as const;
    const options = { about, language: told.language, signal: AbortSignal.timeout(longestMs) };
    const [narrative] = (await narrate([item], options)).narratives;
    return narrative ?? byRules;
  };
