import type { KeptRow, PersonalStore } from '../../application/ports/people.ts';
import type {
  ReportSchedule,
  ReportSchedules,
  ReportStore,
  StoredReport,
} from '../../application/ports/reports.ts';

interface Kept {
  report: StoredReport;
  people: ReadonlySet<string>;
  grant: { hash: string; until: number } | null;
}

const isOpen = ({ status }: StoredReport): boolean => status === 'queued' || status === 'running';

/** Reports of this process, which end with it: where there is no database. */
export class MemoryReportStore implements ReportStore, PersonalStore {
  readonly #kept = new Map<string, Kept>();
  readonly #files = new Set<string>();

  async create(order: Parameters<ReportStore['create']>[0]): Promise<boolean> {
    if (this.#kept.has(order.reportId)) return false;
    const made = { inputDigest: null, asOf: null, storageKey: null, failure: null, runId: null };
    const report: StoredReport = { ...order, status: 'queued', ...made };
    this.#kept.set(order.reportId, { report, people: new Set(), grant: null });
    return true;
  }

  async get(reportId: string): Promise<StoredReport | null> {
    return this.#kept.get(reportId)?.report ?? null;
  }

  async update(reportId: string, { people = [], ...changes }: Parameters<ReportStore['update']>[1]) {
    const known = this.#kept.get(reportId);
    if (known === undefined || !isOpen(known.report)) return false;
    const report = { ...known.report, ...changes };
    this.#kept.set(reportId, { ...known, report, people: new Set([...known.people, ...people]) });
    return true;
  }

  async remove(reportId: string): Promise<void> {
    const key = this.#kept.get(reportId)?.report.storageKey;
    if (key) this.#files.add(key);
    this.#kept.delete(reportId);
  }

  async grant(reportId: string, hash: string, until: number): Promise<boolean> {
    const known = this.#kept.get(reportId);
    if (known?.report.status !== 'ready') return false;
    known.grant = { hash, until };
    return true;
  }

  async redeem(reportId: string, hash: string, now: number): Promise<StoredReport | null> {
    const known = this.#kept.get(reportId);
    const grant = known?.grant;
    if (!known || !grant || grant.hash !== hash || grant.until <= now || known.report.expiresAt <= now)
      return null;
    known.grant = null;
    return known.report;
  }

  async waiting(limit: number): Promise<readonly string[]> {
    const open = [...this.#kept.values()].filter(({ report }) => isOpen(report));
    return open.slice(0, limit).map(({ report }) => report.reportId);
  }

  async sweep(now: number, overdueBefore: number): Promise<{ failed: number; expired: number }> {
    const swept = { failed: 0, expired: 0 };
    for (const known of [...this.#kept.values()]) {
      const { report } = known;
      if (isOpen(report) && report.createdAt < overdueBefore) {
        known.report = { ...report, status: 'failed', failure: 'overdue' };
        swept.failed += 1;
      }
      if (report.expiresAt > now) continue;
      await this.remove(report.reportId);
      swept.expired += 1;
    }
    return swept;
  }

  async filesToDelete(limit: number): Promise<readonly string[]> {
    return [...this.#files].slice(0, limit);
  }

  async filesDeleted(storageKeys: readonly string[]): Promise<void> {
    for (const key of storageKeys) this.#files.delete(key);
  }

  exportUser(userId: string): Readonly<Record<string, readonly KeptRow[]>> {
    const reports = this.#of(userId).map(({ report: { parameters, ...report } }) => ({ ...report }));
    return { reports };
  }

  eraseUser(userId: string): void {
    for (const { report } of this.#of(userId)) void this.remove(report.reportId);
  }

  /** Ordered by the person, about the person, or naming the person. */
  #of(userId: string): Kept[] {
    return [...this.#kept.values()].filter(
      ({ report, people }) =>
        report.requestedBy === userId ||
        (report.type !== 'organization' && report.subjectId === userId) ||
        people.has(userId),
    );
  }
}

/** Weekly reports of this process. */
export class MemoryReportSchedules implements ReportSchedules, PersonalStore {
  readonly #kept = new Map<string, { schedule: ReportSchedule; lastDay: string }>();

  async get(userId: string): Promise<ReportSchedule | null> {
    return this.#kept.get(userId)?.schedule ?? null;
  }

  async save(schedule: ReportSchedule): Promise<void> {
    this.#kept.set(schedule.userId, { schedule, lastDay: this.#kept.get(schedule.userId)?.lastDay ?? '' });
  }

  async remove(userId: string): Promise<boolean> {
    return this.#kept.delete(userId);
  }

  async page(after: string | null, limit: number): Promise<readonly ReportSchedule[]> {
    const ids = [...this.#kept.keys()].filter((id) => after === null || id > after).sort();
    return ids.slice(0, limit).flatMap((id) => this.#kept.get(id)?.schedule ?? []);
  }

  async mark(userId: string, day: string): Promise<boolean> {
    const known = this.#kept.get(userId);
    if (known === undefined || known.lastDay >= day) return false;
    known.lastDay = day;
    return true;
  }

  exportUser(userId: string): Readonly<Record<string, readonly KeptRow[]>> {
    const known = this.#kept.get(userId);
    return { reportSchedules: known === undefined ? [] : [{ ...known.schedule }] };
  }

  eraseUser(userId: string): void {
    this.#kept.delete(userId);
  }
}
