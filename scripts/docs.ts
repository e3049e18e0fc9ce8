/** Writes the generated parts of README.md (the configuration, the analytics) and docs/achievements.md. */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { demoPeople } from '../mocks/world/demo-people.ts';
import { registry } from '../src/application/analytics/registry.ts';
import { achievementCatalogue, type Counted } from '../src/domain/gamification/achievements.ts';
import { environment, mountables } from '../src/environment.ts';
import { writeOrCheck } from './generated.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** The default that an unset variable gets, or nothing. Secrets have a default only for development. */
function defaultOf(name: string): string {
  const schema = environment.shape[name as keyof typeof environment.shape];
  const value: unknown = schema?.safeParse(undefined).data;
  const text =
    Array.isArray(value) && value.every((part) => typeof part === 'string') ? value.join(',') : value;
  if (text === undefined || text === '' || typeof text === 'object') return '';
  return name.includes('SECRET') ? 'for development only' : `\`${String(text)}\``;
}

function configurationTable(): string {
  const rows = Object.entries(environment.shape).map(([name, schema]) => {
    const description = String(schema.meta()?.description ?? '');
    const file = mountables.includes(name) ? ` (or \`${name}_FILE\`)` : '';
    return `| \`${name}\`${file} | ${defaultOf(name)} | ${cell(description)} |`;
  });
  return ['| variable | default | what it does |', '|---|---|---|', ...rows].join('\n');
}

function analyticsTable(): string {
  const rows = registry.map(
    ({ id, path, summary }) => `| \`${id}\` | \`/api/v1${path}\` | ${cell(summary)} |`,
  );
  return ['| analytic | route | what it answers |', '|---|---|---|', ...rows].join('\n');
}

interface ExampleDocument {
  paths: Record<
    string,
    { get: { responses: { 200: { content: { 'application/json': { example: object } } } } } }
  >;
}

/** JSON for reading: the small objects of lists on one line each, at most two of a list. */
function shortened(example: unknown): string {
  const two = JSON.stringify(
    example,
    (_key, value: unknown) => (Array.isArray(value) ? value.slice(0, 2) : value),
    2,
  );
  return two.replaceAll(
    /\{\n(\s+"(?:service|weekStart|courseId)"[^{}]*?)\n\s+\}/g,
    (_, inside: string) => `{ ${inside.trim().replaceAll(/\n\s+/g, ' ')} }`,
  );
}

/** The first call of a newcomer and what it answers, from the examples of openapi.yaml. */
async function firstAnswer(): Promise<string> {
  const document = parse(await readFile('openapi.yaml', 'utf8')) as ExampleDocument;
  const example =
    document.paths['/api/v1/analytics/learner/velocity/{userId}']?.get.responses[200].content[
      'application/json'
    ].example;
  const [person] = demoPeople();
  const credentials = JSON.stringify({ email: person?.email, password: person?.password });
  return [
    '```sh',
    `TOKEN=$(curl -s localhost:3000/api/v1/auth/login -H 'content-type: application/json' \\`,
    `  -d '${credentials}' | sed 's/.*"accessToken":"\\([^"]*\\)".*/\\1/')`,
    'curl -s localhost:3000/api/v1/analytics/learner/velocity/me -H "authorization: Bearer $TOKEN"',
    '```',
    '',
    '```json',
    shortened(example),
    '```',
  ].join('\n');
}

/** What each count counts; one without words does not compile. */
const countedWords: Record<Counted, string> = {
  courses: 'courses completed',
  topics: 'topics finished',
  skills: 'skills acquired',
  assessments_passed: 'assessments passed',
  perfect_scores: 'assessments with 100 points',
  practice_solved: 'practice sessions solved',
  questions_resolved: 'questions resolved',
  points: 'points, at most 1,000 a day',
  streak: 'days of the longest streak',
  active_days: 'days with something learned (a log-in alone is not)',
  content_types: 'kinds of content looked at',
};

function achievementsPage(): string {
  const rows = achievementCatalogue.map(
    ({ code, tier, rule: { counts, atLeast } }) =>
      `| \`${code}\` | ${tier} | ${countedWords[counts]} | ${atLeast.toLocaleString('en-US')} |`,
  );
  return [
    '# Achievements',
    '',
    'Made by `npm run docs` from the catalogue (`src/domain/gamification/achievements.ts`); how each thing is counted stands in `achievement-engine.ts` beside it.',
    '',
    `There are ${rows.length}. Each thing counts once, at its first time. An achievement is earned at the event with which its count reaches the number, and once it is kept it stays earned, since when it was kept.`,
    '',
    '| code | tier | what it counts | number |',
    '|---|---|---|--:|',
    ...rows,
    '',
  ].join('\n');
}

function replaceSection(text: string, name: string, content: string): string {
  const pattern = new RegExp(`(<!-- generated:${name} -->)[\\s\\S]*?(<!-- /generated:${name} -->)`);
  if (!pattern.test(text)) throw new Error(`README.md has no section ${name}`);
  return text.replace(pattern, (_, open: string, close: string) => `${open}\n${content}\n${close}`);
}

const readme = await readFile('README.md', 'utf8');
const withAnswer = replaceSection(readme, 'first-answer', await firstAnswer());
const withConfiguration = replaceSection(withAnswer, 'configuration', configurationTable());
await writeOrCheck(
  'README.md',
  replaceSection(withConfiguration, 'analytics', analyticsTable()),
  'npm run docs',
);
await writeOrCheck('docs/achievements.md', achievementsPage(), 'npm run docs');
