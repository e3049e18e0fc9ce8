/** The chart as it is rendered (deploy/rendered.yaml), by Kubernetes' own schemas and by what the product says of itself. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { Deployment } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { Job } from 'kubernetes-models/batch/v1';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, type PodSpec, Service, ServiceAccount } from 'kubernetes-models/v1';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { chartDigest } from '../../scripts/deploy/chart.ts';
import { readConfig } from '../../src/config.ts';

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const rendered = read('deploy/rendered.yaml');
const kinds = {
  ConfigMap,
  Deployment,
  HorizontalPodAutoscaler,
  Job,
  NetworkPolicy,
  PodDisruptionBudget,
  Service,
  ServiceAccount,
};
type Kind = keyof typeof kinds;
const documents = parseAllDocuments(rendered).map((document) => document.toJS() as { kind: Kind });
const of = <K extends Kind>(kind: K) =>
  documents.find((one) => one.kind === kind) as unknown as InstanceType<(typeof kinds)[K]>;
const values = parse(read('deploy/helm/values.yaml')) as {
  config: Record<string, string>;
  networkPolicy: object;
};

const secret = 'of nobody, and long enough for production';
const secrets = {
  JWT_SECRET: secret,
  SERVICE_TOKEN_SECRET: secret,
  ERASURE_SALT: secret,
  METRICS_TOKEN: secret,
  DATABASE_URL: 'postgres://a@b/c',
  S3_ACCESS_KEY_ID: 'a',
  S3_SECRET_ACCESS_KEY: 'b',
  NODE_ENV: 'production',
};

describe('the chart', () => {
  it('is rendered as it is now', () => {
    expect(rendered).toContain(`# ${chartDigest()}\n`);
  });

  it('renders one of each, as Kubernetes’ schemas want it', () => {
    expect(documents.map(({ kind }) => kind).sort()).toEqual(Object.keys(kinds).sort());
    for (const document of documents) {
      const Model = kinds[document.kind] as new (data: object) => { validate: () => void };
      expect(() => new Model(document).validate(), document.kind).not.toThrow();
    }
    expect(() => new Deployment({ spec: { replicas: 'two' } as never }).validate()).toThrow(/integer/);
  });

  it('takes the values that it says, and no others', () => {
    const validate = new Ajv({ strict: false }).compile(JSON.parse(read('deploy/helm/values.schema.json')));
    validate(values);
    expect(validate.errors).toBeNull();
    expect(validate({ ...values, networkPolicy: { form: [] } })).toBe(false);
  });

  it('lets no pod be root, write where it is or gain rights', () => {
    const pods = [of('Deployment').spec?.template.spec, of('Job').spec?.template.spec] as PodSpec[];
    for (const { automountServiceAccountToken, securityContext, containers } of pods) {
      expect(automountServiceAccountToken).toBe(false);
      expect(securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      for (const container of containers) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(container.resources?.limits).toHaveProperty('memory');
        expect(container.resources?.limits).not.toHaveProperty('cpu');
      }
    }
  });

  it('probes addresses that are there, and loses nobody when it rolls', () => {
    const deployment = of('Deployment').spec;
    const [container] = deployment?.template.spec?.containers ?? [];
    const paths = [container?.startupProbe, container?.livenessProbe, container?.readinessProbe].map(
      (probe) => probe?.httpGet?.path,
    );
    expect(paths).toEqual(['/started', '/live', '/ready']);
    expect(deployment?.strategy?.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: 1 });
    // How many is the autoscaler's word alone.
    expect(deployment).not.toHaveProperty('replicas');
    expect(of('PodDisruptionBudget').spec?.maxUnavailable).toBe(1);
    const selected = deployment?.selector.matchLabels;
    for (const kind of ['Service'] as const) expect(of(kind).spec?.selector).toEqual(selected);
    expect(of('PodDisruptionBudget').spec?.selector?.matchLabels).toEqual(selected);
    expect(of('NetworkPolicy').spec?.podSelector?.matchLabels).toEqual(selected);
    expect(of('HorizontalPodAutoscaler').spec?.scaleTargetRef.name).toBe(of('Deployment').metadata?.name);
  });

  it('configures what production accepts, and waits longer than a process needs to end', () => {
    const result = readConfig({ ...secrets, ...values.config });
    if (!result.ok) throw new Error(result.problems.join('\n'));
    const { SHUTDOWN_NOTICE_MS: notice, SHUTDOWN_DRAIN_MS: drain, JOBS_STOP_MS: jobs } = result.config;
    const seconds = of('Deployment').spec?.template.spec?.terminationGracePeriodSeconds ?? 0;
    expect(seconds * 1000).toBeGreaterThan(notice + drain + jobs + 5000);
    const [container] = of('Deployment').spec?.template.spec?.containers ?? [];
    expect(of('ConfigMap').data).toEqual(values.config);
    expect(container?.envFrom?.map((one) => one.configMapRef?.name ?? one.secretRef?.name)).toEqual([
      of('ConfigMap').metadata?.name,
      'learning-analytics',
    ]);
  });
});
