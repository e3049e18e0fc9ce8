/** Writes the generated parts of README.md: the configuration table and the table of analytics. */
import { readFile } from 'node:fs/promises';
import { registry } from '../src/application/analytics/registry.ts';
import { environment } from '../src/config.ts';
import { writeOrCheck } from './generated.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** The default that an unset variable gets, or nothing. Secrets have a default only for development. */
function defaultOf(name: string): string {
  const schema = environment.shape[name as keyof typeof environment.shape];
  const value: unknown = schema?.safeParse(undefined).data;
  if (value === undefined) return '';
  return name.includes('SECRET') ? 'for development only' : `\`${String(value)}\``;
}

function configurationTable(): string {
  const rows = Object.entries(environment.shape).map(([name, schema]) => {
    const description = String(schema.meta()?.description ?? '');
    return `| \`${name}\` | ${defaultOf(name)} | ${cell(description)} |`;
  });
  return ['| variable | default | what it does |', '|---|---|---|', ...rows].join('\n');
}

function analyticsTable(): string {
  const rows = registry.map(
    ({ id, path, summary }) => `| \`${id}\` | \`/api/v1${path}\` | ${cell(summary)} |`,
  );
  return ['| analytic | route | what it answers |', '|---|---|---|', ...rows].join('\n');
}

function replaceSection(text: string, name: string, content: string): string {
  const pattern = new RegExp(`(<!-- generated:${name} -->)[\\s\\S]*?(<!-- /generated:${name} -->)`);
  if (!pattern.test(text)) throw new Error(`README.md has no section ${name}`);
  return text.replace(pattern, (_, open: string, close: string) => `${open}\n${content}\n${close}`);
}

const readme = await readFile('README.md', 'utf8');
const withConfiguration = replaceSection(readme, 'configuration', configurationTable());
await writeOrCheck(
  'README.md',
  replaceSection(withConfiguration, 'analytics', analyticsTable()),
  'npm run docs',
);
