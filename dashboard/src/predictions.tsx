/** What is likely, with its reasons: estimates to talk about, never verdicts. */
import { useState } from 'preact/hooks';
import { type AnswerOf, client, type Meta, useAnswer } from './api.ts';
import { useI18n } from './i18n.ts';
import {
  Bar,
  Card,
  Chart,
  Choice,
  Figure,
  Figures,
  Name,
  Narrative,
  Nothing,
  Table,
  Word,
} from './parts.tsx';

type Risks = AnswerOf<'get', '/api/v1/analytics/predictive/drop-off-risk/{userId}'>['data'];
type Outlook = AnswerOf<'get', '/api/v1/analytics/predictive/forecast/{userId}'>['data'];
type Advised = AnswerOf<'get', '/api/v1/analytics/predictive/recommendations/{userId}'>['data'];
type Risk = NonNullable<Risks['risks']>[number];
type Recommendation = NonNullable<Advised['recommendations']>[number];

/** A rule gives a level and no probability; too little, or no place in the course, is a status in words. */
function RiskRow({ risk, meta }: { risk: Risk; meta: Meta | null | undefined }) {
  const { t, code, percent, list } = useI18n();
  const probability = risk.riskProbability === null ? null : risk.riskProbability * 100;
  const raising = (risk.factors ?? []).filter(({ contribution }) => contribution > 0).slice(0, 3);
  const steps = risk.interventions ?? [];
  return (
    <li>
      <div class="row-head">
        <Name>{risk.title ?? risk.courseId}</Name>
        <span>
          {risk.riskLevel === null ? <Word code={risk.status} tone="calm" /> : <Word code={risk.riskLevel} />}{' '}
          <span class="number">{percent(probability)}</span>
        </span>
      </div>
      <Bar percent={probability} />
      <Narrative text={risk.narrative} meta={meta} />
      {raising.length > 0 ? (
        <p class="small">
          {t('because')}: {list(raising.map((factor) => code(factor.code)))}
        </p>
      ) : null}
      {steps.length > 0 ? (
        <p class="small">
          {t('suggestions')}: {list(steps.map((step) => code(step.code)))}
        </p>
      ) : null}
      {risk.model === null ? null : <p class="small">{code(risk.model)}</p>}
    </li>
  );
}

const levels = ['low', 'medium', 'high', 'critical'] as const;
const rankOf = ({ riskLevel }: Risk) => (riskLevel === null ? -1 : levels.indexOf(riskLevel));
const greatestFirst = (a: Risk, b: Risk) =>
  (b.riskProbability ?? -1) - (a.riskProbability ?? -1) || rankOf(b) - rankOf(a);

function DropOff({ id }: { id: string }) {
  const { t, language } = useI18n();
  const asked = useAnswer(
    (signal) =>
      client.get('/api/v1/analytics/predictive/drop-off-risk/{userId}', {
        params: { path: { userId: id }, query: { language } },
        signal,
      }),
    `${id} ${language}`,
  );
  const meta = asked.section?.meta;
  return (
    <Card id="dropOff" size="full" title={t('dropOff')} hint={t('predictionsHint')} {...asked}>
      {(data) =>
        data.risks?.length ? (
          <ul class="rows rows-columns">
            {[...data.risks].sort(greatestFirst).map((risk) => (
              <RiskRow key={risk.courseId} risk={risk} meta={meta} />
            ))}
          </ul>
        ) : (
          <Nothing />
        )
      }
    </Card>
  );
}

function ForecastFigures({ data, meta }: { data: Outlook; meta: Meta | null | undefined }) {
  const { t, number, percent, date, code } = useI18n();
  const { completion, grade } = data;
  const probability = data.onTimeProbability === null ? null : data.onTimeProbability * 100;
  const milestones = data.milestones ?? [];
  const ahead = data.outlook ?? [];
  const marks = [{ percent: data.currentPercent, date: t('today') }].concat(
    milestones.map((one) => ({ percent: one.percent, date: date(one.date) })),
  );
  return (
    <>
      <p class="item-name">
        <Name>{data.item?.name ?? data.item?.id}</Name>
      </p>
      <Narrative text={data.narrative} meta={meta} />
      <Figures>
        <Figure name={t('doneSoFar')} value={percent(data.currentPercent)} />
        <Figure
          name={t('finishBy')}
          value={date(completion?.p50)}
          note={completion ? t('between', { a: date(completion.p10), b: date(completion.p90) }) : null}
        />
        <Figure name={t('due')} value={date(data.targetDate)} />
        <Figure name={t('inTime')} value={percent(probability)} />
        <Figure
          name={t('expectedNext')}
          value={number(grade?.value, 0)}
          note={grade ? t('between', { a: number(grade.low, 0), b: number(grade.high, 0) }) : null}
        />
      </Figures>
      {milestones.length > 0 ? (
        <Chart
          kind="line"
          max={100}
          label={t('milestones')}
          labels={marks.map((mark) => mark.date)}
          values={marks.map((mark) => mark.percent)}
          format={percent}
          table={{
            head: [t('date'), t('doneSoFar')],
            rows: marks.map((mark) => [mark.date, percent(mark.percent)]),
          }}
        />
      ) : null}
      {data.scenarios?.length ? (
        <Table
          caption={t('scenarios')}
          head={[t('scenarios'), t('perWeek'), t('finishBy')]}
          rows={data.scenarios.map((one) => [code(one.code), number(one.pacePerWeek), date(one.date)])}
        />
      ) : null}
      {ahead.length > 0 ? (
        <p class="small">
          {ahead
            .map(
              (one) =>
                `${code(one.code)}: ${percent(one.percent.p50)} (${t('between', { a: percent(one.percent.p10), b: percent(one.percent.p90) })})`,
            )
            .join(' · ')}
        </p>
      ) : null}
    </>
  );
}

/** Predictions are few in an hour: of others they are made when somebody asks. */
function useWish(isAtOnce: boolean) {
  const [isWanted, setWanted] = useState(isAtOnce);
  return { isWanted, ask: isWanted ? undefined : () => setWanted(true) };
}

const kinds = ['course', 'skill', 'learning_path'] as const;

function Forecast({ id, isOwn }: { id: string; isOwn: boolean }) {
  const { t, language } = useI18n();
  const { isWanted, ask } = useWish(isOwn);
  const [type, setType] = useState<(typeof kinds)[number]>('course');
  const asked = useAnswer(
    (signal) =>
      client.get('/api/v1/analytics/predictive/forecast/{userId}', {
        params: { path: { userId: id }, query: { type, language } },
        signal,
      }),
    isWanted ? `${id} ${type} ${language}` : null,
  );
  return (
    <Card
      id="forecast"
      title={t('forecast')}
      hint={t('forecastHint')}
      choices={<Choice name={t('forecastOf')} codes={kinds} value={type} onChoice={setType} />}
      ask={ask}
      {...asked}
    >
      {(data) => <ForecastFigures data={data} meta={asked.section?.meta} />}
    </Card>
  );
}

interface Advice {
  one: Recommendation;
  skillNames: ReadonlyMap<string, string | null>;
  meta: Meta | null | undefined;
}

function AdviceRow({ one, skillNames, meta }: Advice) {
  const { t, code, number, list } = useI18n();
  const strongest = [...one.reasons].sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  const reasons = strongest.filter(({ value }) => value !== 0).slice(0, 3);
  return (
    <li>
      <div class="row-head">
        <span>
          <span class="quiet">{number(one.rank, 0)}.</span> <Name>{one.title ?? one.courseId}</Name>
        </span>
        <span class="number">{number(one.score, 0)}</span>
      </div>
      <Bar percent={one.score} />
      <Narrative text={one.narrative} meta={meta} />
      {reasons.length > 0 ? (
        <p class="small">
          {t('because')}: {list(reasons.map((reason) => code(reason.code)))}
        </p>
      ) : null}
      {one.closes.length > 0 ? (
        <p class="small">
          {t('teaches')}:{' '}
          {one.closes.map(({ skillId }, at) => (
            <span key={skillId}>
              {at > 0 ? ' · ' : ''}
              <Name>{skillNames.get(skillId) ?? skillId}</Name>
            </span>
          ))}
        </p>
      ) : null}
      {one.estimatedWeeks === null ? null : (
        <p class="small">{t('weeksToFinish', { n: number(one.estimatedWeeks, 0) })}</p>
      )}
    </li>
  );
}

const contexts = ['general', 'skill_gap', 'velocity'] as const;
const shown = 6;

interface Personal {
  id: string;
  isOwn: boolean;
  /** What the page knows of the names of skills. */
  skillNames: ReadonlyMap<string, string | null>;
}

function Recommendations({ id, isOwn, skillNames }: Personal) {
  const { t, language } = useI18n();
  const { isWanted, ask } = useWish(isOwn);
  const [context, setContext] = useState<(typeof contexts)[number]>('general');
  const asked = useAnswer(
    (signal) =>
      client.get('/api/v1/analytics/predictive/recommendations/{userId}', {
        params: { path: { userId: id }, query: { context, limit: shown, language } },
        signal,
      }),
    isWanted ? `${id} ${context} ${language}` : null,
  );
  const meta = asked.section?.meta;
  return (
    <Card
      id="recommendations"
      title={t('recommendations')}
      hint={t('recommendationsHint')}
      choices={<Choice name={t('recommendFor')} codes={contexts} value={context} onChoice={setContext} />}
      ask={ask}
      {...asked}
    >
      {(data) =>
        data.recommendations?.length ? (
          <ul class="rows">
            {data.recommendations.map((one) => (
              <AdviceRow key={one.id} one={one} skillNames={skillNames} meta={meta} />
            ))}
          </ul>
        ) : (
          <Nothing />
        )
      }
    </Card>
  );
}

export function Predictions(props: Personal) {
  return (
    <>
      <DropOff id={props.id} />
      <Forecast id={props.id} isOwn={props.isOwn} />
      <Recommendations {...props} />
    </>
  );
}
