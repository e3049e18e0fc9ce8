/** What the trainer of BBB is told on day 90 of BBB 2013B, over HTTP. */
import { type Answer, type Demo, logIn, personWho, startDemo } from './demo-process.ts';
import { today } from './oulad-course.ts';

const analytics = ['course-performance', 'course-health', 'student-distribution'] as const;

export type Body = Answer['body'];
export type Answers = Record<(typeof analytics)[number], Body>;

export const startOulad = (): Promise<Demo> => startDemo(['--data', 'oulad', '--day', String(today)]);

/** The three answers, about BBB 2013B alone and about both courses of the trainer. */
export async function askAsTrainer(demo: Demo): Promise<{ one: Answers; both: Answers }> {
  const trainer = await logIn(
    demo,
    personWho(demo, ({ roles }) => roles.includes('trainer')),
  );
  const ask = async (query: string) => {
    const told = analytics.map(async (name) => {
      const { status, body } = await trainer.get(`/analytics/trainer/${name}/me${query}`);
      if (status !== 200) throw new Error(`${name} answers ${status} ${JSON.stringify(body)}`);
      return [name, body] as const;
    });
    return Object.fromEntries(await Promise.all(told)) as Answers;
  };
  return { one: await ask('?courseId=BBB-2013B'), both: await ask('') };
}

/** The rows of meta.missing, as field: reason. */
export const missingOf = ({ meta }: Body): string[] =>
  meta.missing.map(({ field, reason }: { field: string; reason: string }) => `${field}: ${reason}`).sort();
