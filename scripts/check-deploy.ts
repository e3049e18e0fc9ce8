/**
 * `npm run deploy:render` renders the chart into deploy/rendered.yaml, which the tests judge by Kubernetes' schemas;
 * `npm run deploy:check` only compares, and checks the layout of the Terraform files. Helm and Terraform are used where
 * they are; else Go's template engine and HashiCorp's formatter, from Debian. Exit codes: 0, 1 for a difference, 69
 * without tools.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Complaint, directoryOf, installDebian } from './debian-server.ts';
import { chartDigest } from './deploy/chart.ts';
import { writeOrCheck } from './generated.ts';

const deploy = fileURLToPath(new URL('../deploy', import.meta.url));
const libraries = [
  'golang-go',
  'golang-github-masterminds-sprig-dev',
  'golang-github-hashicorp-hcl-v2-dev',
  'golang-gopkg-yaml.v3-dev',
];
const goPath = '/usr/share/gocode';

/** A program in deploy/tools, over Debian's libraries. @throws Complaint when they are not there and we may not install them. */
function go(program: string, args: readonly string[]): string {
  if (directoryOf('go') === undefined || !existsSync(`${goPath}/src/github.com/Masterminds/sprig`))
    installDebian('Go', libraries.join(' '), () => undefined);
  const env = { ...process.env, GO111MODULE: 'off', GOPATH: goPath, GOFLAGS: '' };
  return execFileSync('go', ['run', path.join(deploy, 'tools', program), ...args], { env, encoding: 'utf8' });
}

function rendered(): string {
  const chart = path.join(deploy, 'helm');
  const release = 'learning-analytics';
  if (directoryOf('helm') === undefined) return go('render.go', [chart, release]);
  return execFileSync('helm', ['template', release, chart], { encoding: 'utf8' });
}

function checkTerraform(): void {
  const directory = path.join(deploy, 'terraform');
  if (directoryOf('terraform') === undefined) {
    const files = readdirSync(directory).map((file) => path.join(directory, file));
    go('hclfmt.go', files);
  } else execFileSync('terraform', ['fmt', '-check', '-diff', directory], { stdio: 'inherit' });
  console.log('deploy/terraform is laid out as it should be');
}

try {
  const header = `# Rendered from deploy/helm with its own values, for whoever has no Helm and for the tests.\n# ${chartDigest()}\n`;
  await writeOrCheck(path.join(deploy, 'rendered.yaml'), header + rendered(), 'npm run deploy:render');
  checkTerraform();
} catch (error) {
  if (error instanceof Complaint) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 69;
  } else {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
