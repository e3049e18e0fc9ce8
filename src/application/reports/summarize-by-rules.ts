import type { Summarize } from '../ports/reports.ts';
import { cellText } from './cell-text.ts';
import { type Word, wordIn } from './words.ts';

const filled = (pattern: string, values: Readonly<Record<string, string>>): string =>
  Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, () => value), pattern);

/** The summary without a language model: the same words for the same figures. */
export const summarizeByRules: Summarize = async ({ language, highlights, attention, missing }) => {
  const say = (word: Word) => wordIn(language, word);
  const listed = (list: typeof highlights) =>
    list.map(({ label, cell }) => `${say(label)} ${cellText(language, cell)}`).join(', ');
  const sections = [...new Set(highlights.map(({ section }) => section))];
  const lines = [
    ...sections.map((section) =>
      filled(say('saysFigures'), {
        label: say(section),
        value: listed(highlights.filter((one) => one.section === section)),
      }),
    ),
    ...(attention.length > 0
      ? [
          filled(say('saysAttention'), {
            list: attention
              .map(
                ({ section, label, cell }) => `${say(section)} – ${say(label)} ${cellText(language, cell)}`,
              )
              .join('; '),
          }),
        ]
      : []),
    ...(missing > 0 ? [filled(say('saysMissing'), { count: String(missing) })] : []),
  ];
  return { text: lines.join('\n'), source: 'rules', model: null };
};
