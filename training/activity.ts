/** How active somebody was beside the mean, as far as the data know: from days with clicks, else from the panels. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { OuladEnrolment, Presentation } from '../mocks/oulad/data.ts';
import { isEnrolledBy } from '../mocks/oulad/known.ts';
import { readTable, requiredNumber } from '../mocks/oulad/read-table.ts';
import { type Activity, activityBeside, recentDays } from '../src/domain/prediction/signals.ts';

/** The course days for which the data have a panel. */
export const panelDays = [14, 28, 42, 56] as const;
type PanelDay = (typeof panelDays)[number];

/** Days with clicks. */
interface Days {
  all: number;
  lately: number;
}

/** Active days by student, of those who were registered for one course only and still there. */
type Panel = ReadonlyMap<string, Days>;

const isPanelDay = (day: number): day is PanelDay => panelDays.some((known) => known === day);

function readPanel(dir: string, day: PanelDay): Map<string, Map<string, Days>> {
  const panels = new Map<string, Map<string, Days>>();
  const name = `panel_day${day}`;
  if (!existsSync(join(dir, `${name}.csv.gz`))) return panels;
  const counts = ['active_days_to_day', 'active_days_last_window'] as const;
  const columns = ['code_module', 'code_presentation', 'id_student', ...counts] as const;
  for (const row of readTable(dir, name, columns)) {
    const courseId = `${row.code_module}-${row.code_presentation}`;
    const panel = panels.get(courseId) ?? new Map<string, Days>();
    const all = requiredNumber(row.active_days_to_day);
    const lately = requiredNumber(row.active_days_last_window);
    panels.set(courseId, panel.set(row.id_student, { all, lately }));
  }
  return panels;
}

/** Mean over those with anything, as views divided by viewers; null when nobody has. */
function meanOf(counts: Iterable<Days>): number | null {
  const some = [...counts].filter(({ all }) => all > 0);
  return some.length === 0 ? null : some.reduce((sum, { all }) => sum + all, 0) / some.length;
}

function activeDays({ clickDays }: OuladEnrolment, day: number): Days {
  const until = clickDays.filter((clicked) => clicked <= day);
  return { all: until.length, lately: until.filter((clicked) => clicked > day - recentDays).length };
}

export interface CourseActivity {
  /** Null = not known of this one. */
  of(userId: string): Activity | null;
  /** Whether the student is a row of the panel of this day. */
  isInPanel(userId: string): boolean;
}

/** @param runDay the course day as a request sees it */
export type ActivityOn = (presentation: Presentation, day: number, runDay: number) => CourseActivity;

const beside = (counts: ReadonlyMap<string, Days> | undefined, runDay: number) => {
  const mean = counts === undefined ? null : meanOf(counts.values());
  return (userId: string): Activity | null => {
    const own = counts?.get(userId);
    return own === undefined || mean === null ? null : activityBeside(own, mean, runDay);
  };
};

/** From the clicks themselves: everybody who was ever there counts in the mean, as in a service's usage figures. */
const daysWithClicks = (presentation: Presentation, day: number): Panel =>
  new Map(
    presentation.enrolments
      .filter((enrolment) => isEnrolledBy(enrolment, day))
      .map((enrolment) => [enrolment.userId, activeDays(enrolment, day)]),
  );

/** A panel holds only those who are still there: their mean is a little higher. */
export function readActivity(dir: string): ActivityOn {
  const panels = new Map(panelDays.map((day) => [day as number, readPanel(dir, day)]));
  return (presentation, day, runDay) => {
    const panel = isPanelDay(day) ? panels.get(day)?.get(presentation.courseId) : undefined;
    const isKnown = day <= presentation.clicksKnownTo;
    return {
      of: beside(isKnown ? daysWithClicks(presentation, day) : panel, runDay),
      isInPanel: (userId) => panel?.has(userId) ?? false,
    };
  };
}
