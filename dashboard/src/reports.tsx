/** Reports to keep, print and send: ordered here, made by the server, fetched once per link. */
import { isApiError, type ProblemCode } from 'learning-analytics-client';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import { type AnswerOf, client, reportNews } from './api.ts';
import { type Language, languages, useI18n } from './i18n.ts';
import { Word } from './parts.tsx';

type Shown = AnswerOf<'get', '/api/v1/reports/{id}'>['data'];
type Schedule = NonNullable<AnswerOf<'get', '/api/v1/me/weekly-report'>['data']['schedule']>;
type Format = Shown['format'];

const formats: readonly Format[] = ['pdf', 'html', 'xlsx', 'csv', 'json'];
const languageCodes = Object.keys(languages) as Language[];

/** How often is asked how far a report is, milliseconds; the live event tells sooner. */
const everyMs = 1500;

/** A name for an order that nobody else gives; without `randomUUID`, which plain HTTP pages lack. */
const newKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

const codeOf = (thrown: unknown): ProblemCode =>
  isApiError(thrown) ? thrown.problem.code : 'UNREADABLE_ANSWER';

/** The ids of what was ordered in this tab, so that a reload loses none. */
const orders = {
  key: (subject: string) => `learning-analytics.reports.${client.session()?.user.id}.${subject}`,
  read: (subject: string): string[] => {
    try {
      const kept: unknown = JSON.parse(sessionStorage.getItem(orders.key(subject)) ?? '[]');
      return Array.isArray(kept) ? kept.filter((id) => typeof id === 'string') : [];
    } catch {
      return [];
    }
  },
  write: (subject: string, ids: readonly string[]) =>
    sessionStorage.setItem(orders.key(subject), JSON.stringify(ids)),
};

function Panel({
  id,
  title,
  hint,
  isWide = false,
  children,
}: {
  isWide?: boolean;
  id: string;
  title: string;
  hint: string;
  children: ComponentChildren;
}) {
  const heading = useId();
  return (
    <article class={`card no-print ${isWide ? 'card-full' : ''}`} aria-labelledby={heading} data-panel={id}>
      <header class="card-head">
        <h2 id={heading}>{title}</h2>
        <p>{hint}</p>
      </header>
      <div class="card-body">{children}</div>
    </article>
  );
}

interface FieldProps<V extends string | number> {
  name: string;
  value: V;
  options: readonly (readonly [value: V, text: string])[];
  onChoice: (value: V) => void;
}

function Field<V extends string | number>({ name, value, options, onChoice }: FieldProps<V>) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{name}</label>
      <select
        id={id}
        value={value}
        onChange={({ currentTarget: { selectedIndex } }) => {
          const [chosen] = options[selectedIndex] ?? [];
          if (chosen !== undefined) onChoice(chosen);
        }}
      >
        {options.map(([one, text]) => (
          <option key={one} value={one}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

function useFormats() {
  const { code } = useI18n();
  return formats.map((one) => [one, code(one)] as const);
}
const languageNames = languageCodes.map((one) => [one, languages[one]] as const);

/** How far a report is, asked until it has ended; `onGone` when there is no such report any more. */
function useReport(id: string, onGone: () => void): Shown | undefined {
  const [report, setReport] = useState<Shown>();
  useEffect(() => {
    const left = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = () => {
      clearTimeout(timer);
      timer = setTimeout(() => void ask(), everyMs);
    };
    async function ask() {
      clearTimeout(timer);
      try {
        const { data } = await client.get('/api/v1/reports/{id}', {
          params: { path: { id } },
          signal: left.signal,
        });
        setReport(data);
        if (data.status === 'queued' || data.status === 'running') again();
      } catch (thrown) {
        if (left.signal.aborted) return;
        if (codeOf(thrown) === 'NOT_FOUND') onGone();
        else again();
      }
    }
    const hear = (event: Event) => {
      if (event instanceof CustomEvent && event.detail === id) void ask();
    };
    reportNews.addEventListener('ready', hear);
    void ask();
    return () => {
      left.abort();
      clearTimeout(timer);
      reportNews.removeEventListener('ready', hear);
    };
  }, [id]);
  return report;
}

function Order({ id, onGone }: { id: string; onGone: () => void }) {
  const { t, code, number, instant } = useI18n();
  const report = useReport(id, onGone);
  const [problem, setProblem] = useState<ProblemCode>();
  const isReady = report?.status === 'ready';
  const { done, total } = report?.progress ?? { done: 0, total: null };

  /** Links work once and for minutes: a new one each time. */
  async function download() {
    setProblem(undefined);
    try {
      const { data } = await client.get('/api/v1/reports/{id}', { params: { path: { id } } });
      if (data.download) location.assign(data.download.url);
    } catch (thrown) {
      setProblem(codeOf(thrown));
    }
  }
  async function remove() {
    await client.delete('/api/v1/reports/{id}', { params: { path: { id } } }).catch(() => undefined);
    onGone();
  }
  if (report === undefined) return <li class="order">{t('loading')}</li>;
  return (
    <li class="order" data-report={report.status}>
      <div class="row-head">
        <span>
          {code(report.format)} · <span lang={report.language}>{languages[report.language]}</span>
        </span>
        <Word code={report.status} tone={isReady ? 'good' : report.status === 'failed' ? 'bad' : 'calm'} />
      </div>
      {report.status === 'queued' || report.status === 'running' ? (
        <progress aria-label={t('reportProgress')} {...(total === null ? {} : { value: done, max: total })} />
      ) : null}
      {report.failure === null ? null : <p class="problem">{code(report.failure)}</p>}
      {problem === undefined ? null : (
        <p class="problem" role="alert">
          {code(problem)}
        </p>
      )}
      {isReady ? (
        <p class="small">
          {t('until', { date: instant(report.expiresAt) })}
          {total === null ? null : <span class="hidden"> {number(done, 0)}</span>}
        </p>
      ) : null}
      <div class="buttons">
        {isReady ? (
          <button type="button" class="button button-main" onClick={() => void download()}>
            {t('download')}
          </button>
        ) : null}
        <button type="button" class="button" onClick={() => void remove()}>
          {t('delete')}
        </button>
      </div>
    </li>
  );
}

/** Orders reports about whom the view shows. */
export function Reports({ type, id }: { type: Shown['type']; id: string }) {
  const { t, code, language: spoken } = useI18n();
  const subject = `${type} ${id}`;
  const [ids, setIds] = useState(() => orders.read(subject));
  const [format, setFormat] = useState<Format>('pdf');
  const [language, setLanguage] = useState<Language>(spoken);
  const [problem, setProblem] = useState<ProblemCode>();
  const [isBusy, setBusy] = useState(false);

  function keep(next: readonly string[]) {
    setIds([...next]);
    orders.write(subject, next);
  }
  async function order() {
    setBusy(true);
    setProblem(undefined);
    try {
      const { data } = await client.post('/api/v1/reports', {
        params: { header: { 'Idempotency-Key': newKey() } },
        body: { type, subjectId: id, format, language },
      });
      keep([data.reportId, ...ids]);
    } catch (thrown) {
      setProblem(codeOf(thrown));
    } finally {
      setBusy(false);
    }
  }
  return (
    <Panel id="reports" title={t('reports')} hint={t('reportsHint')} isWide={type === 'learner'}>
      <form
        class="fields"
        onSubmit={(event) => {
          event.preventDefault();
          void order();
        }}
      >
        <Field name={t('format')} value={format} options={useFormats()} onChoice={setFormat} />
        <Field name={t('language')} value={language} options={languageNames} onChoice={setLanguage} />
        <button type="submit" class="button button-main" disabled={isBusy}>
          {t('orderReport')}
        </button>
      </form>
      <p class="problem" role="alert">
        {problem === undefined ? null : code(problem)}
      </p>
      <ul class="rows" aria-live="polite">
        {ids.map((one) => (
          <Order
            key={one}
            id={one}
            onGone={() => keep(orders.read(subject).filter((other) => other !== one))}
          />
        ))}
      </ul>
    </Panel>
  );
}

const weekdays = [1, 2, 3, 4, 5, 6, 7] as const;
const hours = Array.from({ length: 24 }, (_, hour) => hour);
const usual: Omit<Schedule, 'zone' | 'courseId'> = {
  ...{ format: 'pdf', language: 'en', weekday: 1, hour: 7, delivery: 'none' },
};
const ways: readonly Schedule['delivery'][] = ['none', 'email', 'webhook'];

/** A report of one's own courses, every week at an hour of one's own. */
export function WeeklyReport() {
  const { t, code, weekday, hour, language } = useI18n();
  /** `undefined` = not known yet. */
  const [kept, setKept] = useState<Schedule | null>();
  const [wish, setWish] = useState({ ...usual, language });
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const change = (changes: Partial<typeof wish>) => setWish({ ...wish, ...changes });

  async function attempt(call: () => Promise<{ data: { schedule: Schedule | null } }>) {
    setBusy(true);
    setProblem(undefined);
    try {
      const { schedule } = (await call()).data;
      setKept(schedule);
      if (schedule) setWish(schedule);
    } catch (thrown) {
      const isNoWay =
        isApiError(thrown) &&
        thrown.problem.code === 'VALIDATION_ERROR' &&
        thrown.problem.details.some(({ field }) => field === 'body.delivery');
      setProblem(isNoWay ? t('deliveryNotHere') : code(codeOf(thrown)));
    } finally {
      setBusy(false);
    }
  }
  useEffect(() => void attempt(() => client.get('/api/v1/me/weekly-report')), []);

  function save() {
    const { format, language: tongue, weekday: day, hour: at, delivery } = wish;
    const course = kept?.courseId ? { courseId: kept.courseId } : {};
    const body = { format, language: tongue, weekday: day, hour: at, delivery, ...course };
    return attempt(() => client.post('/api/v1/me/weekly-report', { body }));
  }
  return (
    <Panel id="weekly" title={t('weeklyReport')} hint={t('weeklyHint')}>
      <p role="status" data-weekly={kept === undefined ? 'loading' : kept === null ? 'none' : 'set'}>
        {kept ? (
          <>
            {t('weeklyAt', { day: weekday(kept.weekday), hour: hour(kept.hour) })}{' '}
            <bdi class="small">{kept.zone}</bdi>
          </>
        ) : null}
        {kept === null ? t('weeklyNone') : null}
      </p>
      <form
        class="fields"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field
          name={t('weekday')}
          value={wish.weekday}
          options={weekdays.map((one) => [one, weekday(one)] as const)}
          onChoice={(chosen) => change({ weekday: chosen })}
        />
        <Field
          name={t('hour')}
          value={wish.hour}
          options={hours.map((one) => [one, hour(one)] as const)}
          onChoice={(chosen) => change({ hour: chosen })}
        />
        <Field
          name={t('format')}
          value={wish.format}
          options={useFormats()}
          onChoice={(chosen) => change({ format: chosen })}
        />
        <Field
          name={t('language')}
          value={wish.language}
          options={languageNames}
          onChoice={(chosen) => change({ language: chosen })}
        />
        <Field
          name={t('delivery')}
          value={wish.delivery}
          options={ways.map((one) => [one, one === 'none' ? t('fetchIt') : code(one)] as const)}
          onChoice={(chosen) => change({ delivery: chosen })}
        />
        <div class="buttons">
          <button type="submit" class="button button-main" disabled={isBusy}>
            {t('save')}
          </button>
          {kept ? (
            <button
              type="button"
              class="button"
              disabled={isBusy}
              onClick={() => void attempt(() => client.delete('/api/v1/me/weekly-report'))}
            >
              {t('endWeekly')}
            </button>
          ) : null}
        </div>
      </form>
      <p class="problem" role="alert">
        {problem}
      </p>
    </Panel>
  );
}
