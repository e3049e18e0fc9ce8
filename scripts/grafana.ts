/** `npm run grafana [-- --check]`: writes deploy/grafana/dashboards from the table below; Grafana's own JSON is not for people. */
import { writeOrCheck } from './generated.ts';

type Unit = 's' | 'percentunit' | 'reqps' | 'short' | 'bytes' | 'bool';

interface Panel {
  title: string;
  unit: Unit;
  /** Legend and PromQL; `$job` is what the viewer has chosen. */
  lines: Readonly<Record<string, string>>;
}

interface Dashboard {
  uid: string;
  title: string;
  panels: readonly Panel[];
}

const requests = 'http_requests_total{job=~"$job"}';
const seconds = 'http_request_seconds_bucket{job=~"$job",route!="/api/v1/events"}';
const percentile = (share: number, by: string, series: string) =>
  `histogram_quantile(${share}, sum by (${by}) (rate(${series}[$__rate_interval])))`;
const per = (labels: string, series: string) => `sum by (${labels}) (rate(${series}[$__rate_interval]))`;

const dashboards: readonly Dashboard[] = [
  {
    uid: 'learning-analytics-callers',
    title: 'Learning analytics: what callers get',
    panels: [
      { title: 'Requests by status', unit: 'reqps', lines: { '{{status}}': per('status', requests) } },
      { title: 'Requests by role', unit: 'reqps', lines: { '{{role}}': per('role', requests) } },
      {
        title: 'Share of 5xx',
        unit: 'percentunit',
        lines: {
          share: `${per('job', 'http_requests_total{job=~"$job",status="5xx"}')} / ${per('job', requests)}`,
        },
      },
      {
        title: 'Duration',
        unit: 's',
        lines: {
          p50: percentile(0.5, 'le', seconds),
          p95: percentile(0.95, 'le', seconds),
          p99: percentile(0.99, 'le', seconds),
        },
      },
      {
        title: 'The ten slowest routes, p95',
        unit: 's',
        lines: { '{{route}}': `topk(10, ${percentile(0.95, 'le, route', seconds)})` },
      },
      {
        title: 'Answers by source',
        unit: 'reqps',
        lines: { '{{source}}': per('source', 'http_answers_total{job=~"$job"}') },
      },
      {
        title: 'Answers by layer of the cache',
        unit: 'reqps',
        lines: { '{{layer}}': per('layer', 'answers_served_total{job=~"$job"}') },
      },
      {
        title: 'Age of figures',
        unit: 's',
        lines: {
          p50: percentile(0.5, 'le', 'answers_age_seconds_bucket{job=~"$job"}'),
          p95: percentile(0.95, 'le', 'answers_age_seconds_bucket{job=~"$job"}'),
        },
      },
      {
        title: 'Refused, as there were too many',
        unit: 'reqps',
        lines: { '{{route}}': per('route', 'http_requests_limited_total{job=~"$job"}') },
      },
      {
        title: 'Abuse: noticed in a quarter of an hour, and refused per second',
        unit: 'short',
        lines: {
          '{{abuse}}': 'sum by (abuse) (increase(abuse_detected_total{job=~"$job"}[15m]))',
          '{{abuse}} refused': per('abuse', 'abuse_refused_total{job=~"$job"}'),
        },
      },
      {
        title: 'Figures withheld for small groups',
        unit: 'reqps',
        lines: { '{{route}}': per('route', 'http_figures_suppressed_total{job=~"$job"}') },
      },
      {
        title: 'Waited for an answer being made',
        unit: 'reqps',
        lines: { coalesced: per('job', 'answers_coalesced_total{job=~"$job"}') },
      },
      { title: 'Open event streams', unit: 'short', lines: { '{{instance}}': 'live_streams{job=~"$job"}' } },
    ],
  },
  {
    uid: 'learning-analytics-sources',
    title: 'Learning analytics: the nine services',
    panels: [
      {
        title: 'Late',
        unit: 'bool',
        lines: { '{{service}}': 'max by (service) (source_late{job=~"$job"})' },
      },
      {
        title: 'Breaker: 0 closed, 1 half open, 2 open',
        unit: 'short',
        lines: { '{{service}}': 'max by (service) (upstream_breaker_state{job=~"$job"})' },
      },
      {
        title: 'Age of the last answer',
        unit: 's',
        lines: { '{{service}}': 'min by (service) (source_age_seconds{job=~"$job"})' },
      },
      {
        title: 'Age as a part of the promise',
        unit: 'percentunit',
        lines: {
          '{{service}}':
            'min by (service) (source_age_seconds{job=~"$job"} / source_promise_seconds{job=~"$job"})',
        },
      },
      {
        title: 'Latency p95, with all attempts',
        unit: 's',
        lines: {
          '{{service}}': percentile(0.95, 'le, service', 'upstream_request_seconds_bucket{job=~"$job"}'),
        },
      },
      {
        title: 'Robust z of the last minute; above 3.5 is unusual',
        unit: 'short',
        lines: { '{{service}}': 'max by (service) (upstream_latency_robust_z{job=~"$job"})' },
      },
      {
        title: 'Questions that failed, by outcome',
        unit: 'reqps',
        lines: {
          '{{service}} {{outcome}}': per(
            'service, outcome',
            'upstream_request_seconds_count{job=~"$job",outcome!="ok"}',
          ),
        },
      },
      {
        title: 'Retries',
        unit: 'reqps',
        lines: { '{{service}}': per('service', 'upstream_retries_total{job=~"$job"}') },
      },
      {
        title: 'What callers of a service got',
        unit: 'reqps',
        lines: { '{{source}}': per('source', 'upstream_replies_total{job=~"$job"}') },
      },
      {
        title: 'Age of replies that stood in, p95',
        unit: 's',
        lines: {
          '{{service}}': percentile(
            0.95,
            'le, service',
            'upstream_last_known_good_age_seconds_bucket{job=~"$job"}',
          ),
        },
      },
      {
        title: 'Under way',
        unit: 'short',
        lines: { '{{service}}': 'sum by (service) (upstream_running{job=~"$job"})' },
      },
      {
        title: 'Waiting for a place',
        unit: 'short',
        lines: { '{{service}}': 'sum by (service) (upstream_waiting{job=~"$job"})' },
      },
    ],
  },
  {
    uid: 'learning-analytics-inside',
    title: 'Learning analytics: inside',
    panels: [
      { title: 'Up', unit: 'bool', lines: { '{{instance}}': 'up{job=~"$job"}' } },
      {
        title: 'Database and Redis',
        unit: 'bool',
        lines: { '{{instance}} {{dependency}}': 'dependency_up{job=~"$job"}' },
      },
      {
        title: 'Oldest event that waits',
        unit: 's',
        lines: { oldest: 'max by (job) (outbox_oldest_seconds{job=~"$job"})' },
      },
      {
        title: 'Events',
        unit: 'short',
        lines: {
          waiting: 'max by (job) (outbox_events_waiting{job=~"$job"})',
          parked: 'max by (job) (outbox_events_parked{job=~"$job"})',
        },
      },
      {
        title: 'Published, and failed',
        unit: 'reqps',
        lines: {
          published: per('job', 'outbox_published{job=~"$job"}'),
          failed: per('job', 'outbox_failed{job=~"$job"}'),
        },
      },
      {
        title: 'Deliveries of jobs',
        unit: 'short',
        // `job` is Prometheus' own word for us; the queue's stands beside it.
        lines: {
          '{{exported_job}} {{state}}': 'max by (exported_job, state) (jobs_deliveries{job=~"$job"}) > 0',
        },
      },
      {
        title: 'Purges by acknowledgement',
        unit: 'reqps',
        lines: { '{{how}}': per('how', 'purges_acknowledged_total{job=~"$job"}') },
      },
      {
        title: 'Cache of answers',
        unit: 'bytes',
        lines: { '{{instance}}': 'answer_cache_bytes{job=~"$job"}' },
      },
      {
        title: 'Answers in the cache, and pushed out of it',
        unit: 'short',
        lines: {
          '{{instance}} entries': 'answer_cache_entries{job=~"$job"}',
          '{{instance}} pushed out per second': 'rate(answer_cache_evictions{job=~"$job"}[$__rate_interval])',
        },
      },
      {
        title: 'Event loop delay',
        unit: 's',
        lines: {
          '{{instance}} p50': 'nodejs_eventloop_lag_p50_seconds{job=~"$job"}',
          '{{instance}} p99': 'nodejs_eventloop_lag_p99_seconds{job=~"$job"}',
        },
      },
      {
        title: 'Garbage collection, share of time',
        unit: 'percentunit',
        lines: { '{{instance}}': per('instance', 'nodejs_gc_duration_seconds_sum{job=~"$job"}') },
      },
      {
        title: 'Memory',
        unit: 'bytes',
        lines: {
          '{{instance}} resident': 'process_resident_memory_bytes{job=~"$job"}',
          '{{instance}} heap': 'nodejs_heap_size_used_bytes{job=~"$job"}',
        },
      },
      {
        title: 'Processors',
        unit: 'short',
        lines: { '{{instance}}': 'rate(process_cpu_seconds_total{job=~"$job"}[$__rate_interval])' },
      },
      {
        title: 'File descriptors, share of the most',
        unit: 'percentunit',
        lines: { '{{instance}}': 'process_open_fds{job=~"$job"} / process_max_fds{job=~"$job"}' },
      },
    ],
  },
];

const [columns, width, height] = [2, 12, 8];
const datasource = { type: 'prometheus', uid: 'prometheus' };

const panelJson = ({ title, unit, lines }: Panel, index: number) => ({
  id: index + 1,
  type: 'timeseries',
  title,
  datasource,
  gridPos: {
    x: (index % columns) * width,
    y: Math.floor(index / columns) * height,
    w: width,
    h: height,
  },
  // What is not known has no line; a gap is not bridged.
  fieldConfig: { defaults: { unit, min: 0, custom: { spanNulls: false } }, overrides: [] },
  options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
  targets: Object.entries(lines).map(([legendFormat, expr], at) => ({
    refId: String.fromCharCode(65 + at),
    datasource,
    expr,
    legendFormat,
  })),
});

const dashboardJson = ({ uid, title, panels }: Dashboard) => ({
  uid,
  title,
  tags: ['learning-analytics'],
  schemaVersion: 39,
  editable: false,
  time: { from: 'now-3h', to: 'now' },
  refresh: '30s',
  templating: {
    list: [
      {
        name: 'job',
        type: 'query',
        datasource,
        query: 'label_values(http_requests_total, job)',
        refresh: 2,
        includeAll: true,
        current: { text: 'learning-analytics', value: 'learning-analytics' },
      },
    ],
  },
  panels: panels.map(panelJson),
});

for (const dashboard of dashboards) {
  const file = new URL(`../deploy/grafana/dashboards/${dashboard.uid}.json`, import.meta.url);
  await writeOrCheck(file.pathname, `${JSON.stringify(dashboardJson(dashboard), null, 2)}\n`, 'npm run docs');
}
