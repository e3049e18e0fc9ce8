import { z } from 'zod';
import type { Figures, KnownOrganization, Organizations } from '../ports/jobs.ts';
import { defineJob, type Job, type JobContext, type JobDefinition } from './define-job.ts';

/** Without an organization: go through all of them. With one: its part, for an hour or a day. */
const data = z.union([
  z.strictObject({ organizationId: z.string().min(1).max(64), zone: z.string(), period: z.string().min(1) }),
  z.strictObject({}),
]);
type Data = z.output<typeof data>;
type Part = Extract<Data, { organizationId: string }>;

/** One organization's part of a job. */
export interface OrganizationPart
  extends Omit<JobContext<unknown>, 'data' | 'slot' | 'isLast' | 'enqueue'>,
    KnownOrganization {
  /** The hour or the day that it is for, as the job writes it. */
  period: string;
}

export interface PerOrganization
  extends Omit<JobDefinition<typeof data>, 'data' | 'slotOf' | 'organizationOf' | 'run'> {
  organizations: Organizations;
  /** The slot of going through all organizations. */
  slotOf(dueAt: number): string;
  /** What one organization's part is for; null = it has none now. Default: the slot of the whole. */
  periodOf?(organization: KnownOrganization, at: number): string | null;
  run(part: OrganizationPart): Promise<Figures>;
}

const pageSize = 200;

const isPart = (given: Data): given is Part => 'organizationId' in given;

/**
 * A job that has a part for every organization. The scheduled run goes through them and enqueues the parts, so that
 * many processes share them, one that fails holds up no other, and each is tried again and seen by itself.
 */
export function perOrganization(definition: PerOrganization): Job {
  const { organizations, slotOf, periodOf, run, ...settings } = definition;

  /** The cursor is the last organization whose part is enqueued, with the instant that gave the slots. */
  async function fanOut({ run: handle, signal, enqueue, slot, now }: JobContext<Data>): Promise<Figures> {
    const from = z
      .object({ after: z.string().nullable(), parts: z.number(), at: z.number() })
      .catch({ after: null, parts: 0, at: now })
      .parse(handle.cursor);
    let { after, parts } = from;
    for (;;) {
      const page = await organizations.page(after, pageSize);
      for (const organization of page) {
        signal.throwIfAborted();
        const period = periodOf === undefined ? slot : periodOf(organization, from.at);
        if (period !== null) {
          await enqueue(settings.name, { ...organization, period });
          parts += 1;
        }
        after = organization.organizationId;
        await handle.progress(parts, null, { after, parts, at: from.at });
      }
      if (page.length === 0) return { parts };
    }
  }

  return defineJob({
    ...settings,
    data,
    slotOf: (dueAt, given) => (isPart(given) ? `${given.period}/${given.organizationId}` : slotOf(dueAt)),
    organizationOf: (given) => (isPart(given) ? given.organizationId : null),
    run: (context) => {
      const { data: given, run: handle, signal, now } = context;
      return isPart(given) ? run({ ...given, run: handle, signal, now }) : fanOut(context);
    },
  });
}
