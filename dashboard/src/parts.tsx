/** What cards are made of. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import type { Meta, Section } from './api.ts';
import { useI18n } from './i18n.ts';
import type { Plot } from './plot.ts';
import type { UiKey } from './texts/en.ts';

/** A name that people gave to something: in its own direction. */
export function Name({ children }: { children: ComponentChildren }) {
  const { t } = useI18n();
  return children ? <bdi>{children}</bdi> : <span class="quiet">{t('unknown')}</span>;
}

export type Tone = 'good' | 'warn' | 'bad' | 'calm' | 'sample';

export const Badge = ({ tone, children }: { tone: Tone; children: ComponentChildren }) => (
  <span class={`badge badge-${tone}`}>{children}</span>
);

const tones: Partial<Record<string, Tone>> = {
  ahead: 'good',
  on_track: 'good',
  healthy: 'good',
  aligned: 'good',
  improving: 'good',
  rising: 'good',
  accelerating: 'good',
  active: 'good',
  low: 'calm',
  medium: 'warn',
  behind: 'warn',
  watch: 'warn',
  at_risk: 'bad',
  partly_aligned: 'warn',
  off_track: 'bad',
  declining: 'warn',
  falling: 'warn',
  decelerating: 'warn',
  stalled: 'bad',
  critical: 'bad',
  high: 'warn',
  broken: 'calm',
};

/** A code of the API as a word with a tone; nothing for null. The tone is never the only sign. */
export function Word({ code, tone }: { code: string | null | undefined; tone?: Tone }) {
  const i18n = useI18n();
  return code == null ? null : <Badge tone={tone ?? tones[code] ?? 'calm'}>{i18n.code(code)}</Badge>;
}

/** A figure with its name. */
export function Figure({ name, value, note }: { name: string; value: string; note?: ComponentChildren }) {
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd>
        <span class="figure-value">{value}</span>
        {note ? <span class="figure-note">{note}</span> : null}
      </dd>
    </div>
  );
}

export const Figures = ({ children }: { children: ComponentChildren }) => <dl class="figures">{children}</dl>;

/** A bar of 0–100 beside its figure; an unknown one is hatched, not empty. */
export const Bar = ({ percent, mark }: { percent: number | null; mark?: number | null }) => (
  <span class={percent === null ? 'bar bar-unknown' : 'bar'} aria-hidden="true">
    {percent === null ? null : <span class="bar-fill" style={{ inlineSize: `${Math.min(100, percent)}%` }} />}
    {mark == null ? null : <span class="bar-mark" style={{ insetInlineStart: `${Math.min(100, mark)}%` }} />}
  </span>
);

export interface TableProps {
  caption: string;
  head: readonly string[];
  rows: readonly (readonly ComponentChildren[])[];
}

export function Table({ caption, head, rows }: TableProps) {
  const [first, ...rest] = head;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section class="table-frame" tabIndex={0} aria-label={caption}>
      <table>
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{first}</th>
            {rest.map((name) => (
              <th key={name} scope="col" class="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...cells], at) => (
            <tr key={at}>
              <th scope="row">{name}</th>
              {cells.map((cell, column) => (
                <td key={column} class="number">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

type ChartProps = Omit<Plot, 'direction'> & { label: string; table: Omit<TableProps, 'caption'> };

/** A chart, and the same as a table for whoever would rather read. */
export function Chart({ label, table, ...plot }: ChartProps) {
  const { t, direction } = useI18n();
  const box = useRef<HTMLDivElement>(null);
  const shown = JSON.stringify([plot, direction, plot.format(1.5)]);
  useEffect(() => {
    let end: (() => void) | undefined;
    let left = false;
    void import('./plot.ts').then(({ draw }) => {
      if (!left && box.current) end = draw(box.current, { ...plot, direction });
    });
    return () => {
      left = true;
      end?.();
    };
  }, [shown]);
  return (
    <figure class="chart">
      <div class="chart-box" ref={box} role="img" aria-label={label} />
      <details class="more">
        <summary>{t('showTable')}</summary>
        <Table caption={label} {...table} />
      </details>
    </figure>
  );
}

function Skeleton() {
  return (
    <div class="skeleton" aria-hidden="true">
      <span />
      <span />
      <span />
    </div>
  );
}

const sourceTones: Record<Meta['dataSource'], Tone> = {
  realtime: 'good',
  cached: 'calm',
  stale: 'warn',
  mock: 'sample',
};

/** Where the figures come from, how old they are, and what is missing. */
function Provenance({ meta }: { meta: Meta }) {
  const { t, code, ago, instant, number } = useI18n();
  return (
    <footer class="provenance">
      <details class="more">
        <summary>
          <Badge tone={sourceTones[meta.dataSource]}>{code(meta.dataSource)}</Badge>
          <span class="age">{t('asOf', { ago: ago(meta.asOf) })}</span>
          {meta.missing.length > 0 ? (
            <Badge tone="warn">{t('missingSome', { n: number(meta.missing.length) })}</Badge>
          ) : null}
        </summary>
        <h3>{t('sources')}</h3>
        <ul>
          {meta.sources.map(({ service, dataSource, asOf, error }) => (
            <li key={service}>
              {code(service)}: {dataSource === null ? code(error ?? 'unavailable') : code(dataSource)}
              {asOf === null ? null : `, ${instant(asOf)}`}
            </li>
          ))}
        </ul>
        {meta.missing.length > 0 ? (
          <>
            <h3>{t('missingTitle')}</h3>
            <ul>
              {meta.missing.map(({ field, reason, service }) => (
                <li key={field + reason}>
                  <code dir="ltr">{field}</code>: {code(reason)}
                  {service === undefined ? null : ` (${code(service)})`}
                </li>
              ))}
            </ul>
          </>
        ) : null}
      </details>
    </footer>
  );
}

/** What a language model, or rules of ours, say about the figures in words; nothing where nobody did. */
export function Narrative({ text, meta }: { text: string | null; meta: Meta | null | undefined }) {
  const { t } = useI18n();
  if (text === null) return null;
  const source = meta?.narrative?.source;
  return (
    <blockquote class="narrative" data-narrative={source ?? 'unknown'}>
      <p dir="auto">{text}</p>
      {source === undefined ? null : (
        <p class="small">
          {t(source === 'model' ? 'saidByModel' : 'saidByRules')}
          {meta?.narrative?.model ? (
            <>
              {' '}
              <bdi>{meta.narrative.model}</bdi>
            </>
          ) : null}
        </p>
      )}
    </blockquote>
  );
}

/** One of a closed list of codes, to choose. */
export function Choice<C extends string>({
  name,
  codes,
  value,
  onChoice,
}: {
  name: string;
  codes: readonly C[];
  value: C;
  onChoice: (code: C) => void;
}) {
  const { code } = useI18n();
  return (
    <select aria-label={name} value={value} onChange={(event) => onChoice(event.currentTarget.value as C)}>
      {codes.map((one) => (
        <option key={one} value={one}>
          {code(one)}
        </option>
      ))}
    </select>
  );
}

interface NoteProps {
  kind: 'denied' | 'suppressed' | 'empty' | 'failed';
  text: string;
  requestId?: string | null | undefined;
  retry?: (() => void) | undefined;
}
const noteTitles: Record<NoteProps['kind'], UiKey> = {
  denied: 'deniedTitle',
  suppressed: 'suppressedTitle',
  empty: 'emptyTitle',
  failed: 'failedTitle',
};

function Note({ kind, text, requestId, retry }: NoteProps) {
  const { t } = useI18n();
  return (
    <div class={`note note-${kind}`}>
      <p class="note-title">{t(noteTitles[kind])}</p>
      <p>{text}</p>
      {requestId ? <p class="small">{t('reference', { id: requestId })}</p> : null}
      {retry ? (
        <button type="button" class="button" onClick={retry}>
          {t('retry')}
        </button>
      ) : null}
    </div>
  );
}

function noteOf(
  { status, error }: Section<unknown>,
  i18n: ReturnType<typeof useI18n>,
  retry: () => void,
): NoteProps {
  const code = error?.code ?? 'INTERNAL_ERROR';
  if (code === 'PREDICTION_OPTED_OUT') return { kind: 'denied', text: i18n.t('optedOut') };
  if (code === 'FEATURE_OFF') return { kind: 'denied', text: i18n.code(code) };
  if (status === 'denied') return { kind: 'denied', text: i18n.t('denied') };
  if (code === 'COHORT_TOO_SMALL') return { kind: 'suppressed', text: i18n.t('suppressed') };
  if (code === 'INSUFFICIENT_DATA') return { kind: 'empty', text: i18n.t('empty') };
  return { kind: 'failed', text: i18n.code(code), requestId: error?.requestId, retry };
}

/** The state of a section in one word, for styles and for tests. */
function stateOf(section: Section<unknown> | undefined, isWaiting: boolean): string {
  if (section === undefined) return isWaiting ? 'waiting' : 'loading';
  if (section.error?.code === 'COHORT_TOO_SMALL') return 'suppressed';
  if (section.error?.code === 'INSUFFICIENT_DATA') return 'empty';
  return section.status;
}

interface CardProps<T> {
  id: string;
  title: string;
  hint: string;
  section: Section<T> | undefined;
  retry: () => void;
  /** The server is making the figures for the first time. */
  isBeingMade?: boolean;
  /** Given while nobody has asked for the figures yet: asks for them. */
  ask?: (() => void) | undefined;
  /** What one may choose about the figures; stays while they change. */
  choices?: ComponentChildren;
  size?: 'third' | 'half' | 'two-thirds' | 'full';
  children: (data: T) => ComponentChildren;
}

function OnItsWay({ isBeingMade }: { isBeingMade: boolean }) {
  const { t } = useI18n();
  return (
    <>
      {isBeingMade ? <p class="quiet">{t('beingMade')}</p> : <span class="hidden">{t('loading')}</span>}
      <Skeleton />
    </>
  );
}

/** A card in whatever state its section is, never better than it is. */
export function Card<T>(props: CardProps<T>) {
  const {
    id,
    title,
    hint,
    section,
    retry,
    isBeingMade = false,
    ask,
    choices,
    size = 'half',
    children,
  } = props;
  const i18n = useI18n();
  const heading = useId();
  const isOnItsWay = section === undefined && ask === undefined;
  return (
    <article
      class={`card card-${size}`}
      aria-labelledby={heading}
      aria-busy={isOnItsWay}
      data-card={id}
      data-state={stateOf(section, ask !== undefined)}
      data-source={section?.meta?.dataSource}
    >
      <header class="card-head">
        <h2 id={heading}>{title}</h2>
        <p>{hint}</p>
      </header>
      {choices ? <div class="card-choices no-print">{choices}</div> : null}
      <div class="card-body">
        {isOnItsWay ? <OnItsWay isBeingMade={isBeingMade} /> : null}
        {section === undefined && ask ? (
          <button type="button" class="button" onClick={ask} aria-describedby={heading}>
            {i18n.t('ask')}
          </button>
        ) : null}
        {section && section.data === null ? <Note {...noteOf(section, i18n, retry)} /> : null}
        {section && section.data !== null ? children(section.data) : null}
      </div>
      {section?.meta ? <Provenance meta={section.meta} /> : null}
    </article>
  );
}

export const Nothing = () => <p class="quiet">{useI18n().t('nothing')}</p>;
