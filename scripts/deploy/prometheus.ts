/** Debian's Prometheus over what is in deploy/prometheus, with every duration made short: a drill cannot wait for minutes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { Complaint, ended, freePort } from '../debian-server.ts';
import { ensureTool } from '../debian-tools.ts';

export interface AlertRule {
  alert: string;
  expr: string;
  for?: string;
  labels: { severity: 'page' | 'ticket' };
  annotations: { summary: string; runbook: string };
}
interface RuleFile {
  groups: { name: string; rules: AlertRule[] }[];
}

export const rulesFile = new URL('../../deploy/prometheus/alerts.yml', import.meta.url);
const readRules = (): RuleFile => parse(readFileSync(rulesFile, 'utf8')) as RuleFile;
export const alertRules = (): AlertRule[] => readRules().groups.flatMap(({ rules }) => rules);

const secondsOf = { s: 1, m: 60, h: 3600 } as const;
const parts = { for: 60, range: 30, age: 30 } as const;
/** A rate needs some scrapes, which come every second. */
const leastRange = 5;

const inSeconds = (text: string): number => {
  const [, number = '', unit = 's'] = /^(\d+)([smh])$/.exec(text) ?? [];
  return Number(number) * secondsOf[unit as keyof typeof secondsOf];
};

/** The same rule with minutes of a few seconds; what it compares stays as it is, but for the age of what waits. */
export function scaled(rule: AlertRule): AlertRule {
  const expr = rule.expr
    .replace(/\[(\w+)\]/g, (_, range) => `[${Math.max(leastRange, inSeconds(range) / parts.range)}s]`)
    .replace(/(_oldest_seconds\) > )(\d+)/, (_, before, age) => before + Number(age) / parts.age);
  return rule.for === undefined
    ? { ...rule, expr }
    : { ...rule, expr, for: `${Math.ceil(inSeconds(rule.for) / parts.for)}s` };
}

export interface Firing {
  alert: string;
  labels: Record<string, string>;
}

export interface DrillPrometheus {
  url: string;
  /** Who is asked for figures from now on, as host:port. */
  watch: (targets: readonly string[]) => void;
  /** What fires at this moment. */
  firing: () => Promise<Firing[]>;
  stop: () => Promise<void>;
}

interface AlertsAnswer {
  data: { alerts: { labels: Record<string, string>; state: string }[] };
}

const startTriesMs = 90_000;

async function waitUntilReady(server: ChildProcess, url: string, log: string): Promise<void> {
  for (
    const end = Date.now() + startTriesMs;
    Date.now() < end && server.exitCode === null;
    await delay(100)
  ) {
    const isReady = await fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
  }
  throw new Complaint(`Prometheus did not start:\n${readFileSync(log, 'utf8')}`);
}

/** @param token METRICS_TOKEN of whom it asks. @throws Complaint when it does not start. */
export async function startPrometheus(token: string): Promise<DrillPrometheus> {
  const program = ensureTool('prometheus');
  const home = mkdtempSync(path.join(tmpdir(), 'prometheus-'));
  const inHome = (name: string) => path.join(home, name);
  const watch = (targets: readonly string[]) =>
    writeFileSync(inHome('targets.json'), JSON.stringify([{ targets, labels: {} }]));
  watch([]);
  const groups = readRules().groups.map((group) => ({ ...group, rules: group.rules.map(scaled) }));
  writeFileSync(inHome('alerts.yml'), stringify({ groups }));
  writeFileSync(
    inHome('prometheus.yml'),
    stringify({
      global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
      rule_files: ['alerts.yml'],
      scrape_configs: [
        {
          job_name: 'learning-analytics',
          authorization: { credentials: token },
          file_sd_configs: [{ files: ['targets.json'], refresh_interval: '1s' }],
        },
      ],
    }),
  );
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const log = openSync(inHome('log'), 'a');
  const flags = [
    `--config.file=${inHome('prometheus.yml')}`,
    `--storage.tsdb.path=${inHome('data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const server = spawn(program, flags, { cwd: home, stdio: ['ignore', log, log], detached: true });
  const stop = async () => {
    server.kill('SIGTERM');
    await ended(server);
    rmSync(home, { recursive: true, force: true });
  };
  try {
    await waitUntilReady(server, url, inHome('log'));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    watch,
    firing: async () => {
      const answer = (await (await fetch(`${url}/api/v1/alerts`)).json()) as AlertsAnswer;
      return answer.data.alerts
        .filter(({ state }) => state === 'firing')
        .map(({ labels }) => ({ alert: labels.alertname ?? '', labels }));
    },
    stop,
  };
}
