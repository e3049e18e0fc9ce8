/** How active somebody was beside the mean, as far as the data know: from days with clicks, else from the panels. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { OuladEnrolment, Presentation } from '../mocks/oulad/data.ts';
import { isEnrolledBy } from '../mocks/oulad/known.ts';
import { readTable, requiredNumber } from '../mocks/oulad/read-table.ts';
import { activityRatio } from '../src/domain/prediction/signals.ts';

/** The course days for which the data have a panel. */
export const panelDays = [14, 28, 42, 56] as const;
type PanelDay = (typeof panelDays)[number];

/** Active days by student, of those who were registered for one course only and still there. */
type Panel = ReadonlyMap<string, number>;

const isPanelDay = (day: number): day is PanelDay => panelDays.some((known) => known === day);

function readPanel(dir: string, day: PanelDay): Map<string, Map<string, number>> {
  const panels = new Map<string, Map<string, number>>();
  const name = `panel_day${day}`;
  if (!existsSync(join(dir, `${name}.csv.gz`))) return panels;
  const columns = ['code_module', 'code_presentation', 'id_student', 'active_days_to_day'] as const;
  for (const row of readTable(dir, name, columns)) {
    const courseId = `${row.code_module}-${row.code_presentation}`;
    const panel = panels.get(courseId) ?? new Map<string, number>();
    panels.set(courseId, panel.set(row.id_student, requiredNumber(row.active_days_to_day)));
  }
  return panels;
}

/** Mean over those with anything, as views divided by viewers; null when nobody has. */
function meanOf(counts: Iterable<number>): number | null {
  const some = [...counts].filter((count) => count > 0);
  return some.length === 0 ? null : some.reduce((sum, count) => sum + count, 0) / some.length;
}

const activeDays = ({ clickDays }: OuladEnrolment, day: number): number =>
  clickDays.filter((clicked) => clicked <= day).length;

export interface CourseActivity {
  /** Log-ratio to the mean as `activityRatio` has it; null = not known of this one. */
  of(userId: string): number | null;
  /** Whether the student is a row of the panel of this day. */
  isInPanel(userId: string): boolean;
}

export type ActivityOn = (presentation: Presentation, day: number) => CourseActivity;

/** From the clicks themselves: everybody who was ever there counts in the mean, as in a service's usage figures. */
function fromClicks(presentation: Presentation, day: number): (userId: string) => number | null {
  const counts = new Map(
    presentation.enrolments
      .filter((enrolment) => isEnrolledBy(enrolment, day))
      .map((enrolment) => [enrolment.userId, activeDays(enrolment, day)]),
  );
  const mean = meanOf(counts.values());
  return (userId) => {
    const own = counts.get(userId);
    return own === undefined || mean === null ? null : activityRatio(own, mean);
  };
}

/** From a panel, which holds only those who are still there: their mean is a little higher. */
function fromPanel(panel: Panel | undefined): (userId: string) => number | null {
  const mean = panel === undefined ? null : meanOf(panel.values());
  return (userId) => {
    const own = panel?.get(userId);
    return own === undefined || mean === null ? null : activityRatio(own, mean);
  };
}

export function readActivity(dir: string): ActivityOn {
  const panels = new Map(panelDays.map((day) => [day as number, readPanel(dir, day)]));
  return (presentation, day) => {
    const panel = isPanelDay(day) ? panels.get(day)?.get(presentation.courseId) : undefined;
    const isKnown = day <= presentation.clicksKnownTo;
    return {
      of: isKnown ? fromClicks(presentation, day) : fromPanel(panel),
      isInPanel: (userId) => panel?.has(userId) ?? false,
    };
  };
}
