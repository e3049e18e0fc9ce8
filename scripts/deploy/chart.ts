import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Of everything that the chart is rendered from, so that a rendering that is older can be told. */
export function chartDigest(): string {
  const chart = fileURLToPath(new URL('../../deploy/helm/', import.meta.url));
  const templates = readdirSync(`${chart}templates`).map((name) => `templates/${name}`);
  const hash = createHash('sha256');
  for (const file of ['Chart.yaml', 'values.yaml', ...templates.sort()])
    hash.update(`${file}\0${readFileSync(chart + file, 'utf8')}\0`);
  return `sha256 ${hash.digest('hex')}`;
}
