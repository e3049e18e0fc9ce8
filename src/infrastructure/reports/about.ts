/** What every written form says of the whole report, in the order in which it is said. */
import { dayText, instantText } from '../../application/reports/cell-text.ts';
import type { Report } from '../../application/reports/report.ts';
import { type Word, wordIn } from '../../application/reports/words.ts';

const titles: Readonly<Record<Report['type'], Word>> = {
  learner: 'learnerReport',
  trainer: 'trainerReport',
  organization: 'organizationReport',
};

export const titleOfReport = ({ language, type }: Report): string => wordIn(language, titles[type]);

export const subjectText = ({ subject }: Report): string => subject.name ?? subject.id;

/** Whether figures are made up: all of them, some, or none. */
export function noticeOf({ language, sections }: Report): string | null {
  const sources = sections.flatMap(({ dataSource }) => dataSource ?? []);
  if (!sources.includes('mock')) return null;
  return wordIn(language, sources.every((source) => source === 'mock') ? 'mockNotice' : 'mockPartNotice');
}

/** Label and text, one line each. */
export function factsOf(report: Report): [label: string, text: string][] {
  const { language, period, asOf, dataSource, complete, courseId, type } = report;
  const say = (word: Word) => wordIn(language, word);
  const span =
    period === null
      ? say('usualPeriod')
      : `${dayText(language, period.startDate)} – ${dayText(language, period.endDate)}`;
  return [
    [say('about'), subjectText(report)],
    ...(type === 'trainer' ? [[say('course'), courseId ?? say('allCourses')] as [string, string]] : []),
    [say('period'), span],
    [say('dataAsOf'), instantText(language, asOf)],
    [say('dataSource'), say(dataSource)],
    [say('completeness'), say(complete ? 'complete' : 'partial')],
  ];
}

export const summaryBy = ({ language, summary }: Report): string =>
  summary.source === 'model'
    ? `${wordIn(language, 'byModel')} (${summary.model ?? '–'})`
    : wordIn(language, 'byRules');

export const hasSuppressed = ({ missing }: Report): boolean =>
  missing.some(({ reason }) => reason === 'suppressed');
