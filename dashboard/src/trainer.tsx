/** The trainer's view: courses, and the learners who could use a word. */
import { useState } from 'preact/hooks';
import { type Data, type Meta, useDashboard } from './api.ts';
import { useI18n } from './i18n.ts';
import { Bar, Card, Chart, Figure, Figures, Name, Nothing, Table, Word } from './parts.tsx';
import { Reports, WeeklyReport } from './reports.tsx';

const names = ['coursePerformance', 'courseHealth', 'studentDistribution', 'teachingEffectiveness'] as const;
type Of<N extends (typeof names)[number]> = Data<'trainer', N>;

function Courses({ data }: { data: Of<'coursePerformance'> }) {
  const { t, number, percent } = useI18n();
  return (
    <>
      <Figures>
        <Figure name={t('coursePerformance')} value={number(data.totalCourses)} />
        <Figure name={t('learners')} value={number(data.totalLearners)} />
        <Figure name={t('completion')} value={percent(data.completionPercent)} />
        <Figure name={t('rating')} value={number(data.averageRating)} />
      </Figures>
      <Table
        caption={t('coursePerformance')}
        head={[t('course'), t('enrolled'), t('activeNow'), t('completion'), t('average'), t('rating')]}
        rows={(data.courses ?? []).map((course) => [
          <Name key="name">{course.title}</Name>,
          number(course.enrollments),
          number(course.active),
          percent(course.completionPercent),
          number(course.averageScore),
          number(course.averageRating),
        ])}
      />
    </>
  );
}

type Weeks = NonNullable<NonNullable<Of<'courseHealth'>['courses']>[number]['survival']>;

/** Who is still there, week by week; drawn when somebody looks. */
function Survival({ title, weeks }: { title: string | null; weeks: Weeks }) {
  const { t, number, percent } = useI18n();
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="more" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {t('survival')} <span class="hidden">{title}</span>
      </summary>
      {isOpen ? (
        <Chart
          kind="line"
          max={100}
          label={title === null ? t('survival') : `${t('survival')}: ${title}`}
          labels={weeks.map(({ week }) => number(week, 0))}
          values={weeks.map(({ remainingPercent }) => remainingPercent)}
          format={percent}
          table={{
            head: [t('week'), t('survival')],
            rows: weeks.map(({ week, remainingPercent }) => [number(week, 0), percent(remainingPercent)]),
          }}
        />
      ) : null}
    </details>
  );
}

function Health({ data }: { data: Of<'courseHealth'> }) {
  const { t, number, code } = useI18n();
  return (
    <ul class="rows">
      {(data.courses ?? []).map((course) => (
        <li key={course.courseId}>
          <div class="row-head">
            <Name>{course.title}</Name>
            <span>
              <Word code={course.status} /> <span class="number">{number(course.healthScore, 0)}</span>
            </span>
          </div>
          <Bar percent={course.healthScore} />
          {course.alerts?.length ? (
            <p class="small">
              {t('alerts')}: {course.alerts.map((alert) => code(alert.code)).join(' · ')}
            </p>
          ) : null}
          {course.survival?.length ? <Survival title={course.title} weeks={course.survival} /> : null}
        </li>
      ))}
    </ul>
  );
}

/** Numbers of people or places by a word; one that is protected or not known has no number. */
function Shares({ name, parts }: { name: string; parts: object }) {
  const { code, number } = useI18n();
  return (
    <div>
      <h3>{name}</h3>
      <dl class="shares">
        {(Object.entries(parts) as [string, number | null][]).map(([part, count]) => (
          <div key={part}>
            <dt>{code(part)}</dt>
            <dd class="number">{number(count, 0)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Distribution({ data }: { data: Of<'studentDistribution'> }) {
  const { t, number, isolated } = useI18n();
  const counts = data.scoreHistogram ?? [];
  const labels = counts.map((_, at) => isolated(`${at * 10}–${at * 10 + 10}`));
  const { quartiles } = data;
  return (
    <>
      <Figures>
        <Figure name={t('learners')} value={number(data.totalLearners)} />
        <Figure
          name={t('scores')}
          value={number(quartiles?.p50, 0)}
          note={quartiles ? t('between', { a: number(quartiles.p25, 0), b: number(quartiles.p75, 0) }) : null}
        />
      </Figures>
      {counts.length === 0 ? (
        <Nothing />
      ) : (
        <Chart
          kind="bar"
          label={t('distributionHint')}
          labels={labels}
          values={counts}
          format={(value) => number(value, 0)}
          table={{
            head: [t('scores'), t('people')],
            rows: counts.map((count, at) => [labels[at], count === null ? t('fewPeople') : number(count)]),
          }}
        />
      )}
      <div class="columns columns-narrow">
        <Shares name={t('byPerformance')} parts={data.byPerformance} />
        <Shares name={t('byProgress')} parts={data.byProgress} />
        <Shares name={t('byLevel')} parts={data.byLevel} />
        <Shares name={t('attempts')} parts={data.attempts} />
      </div>
    </>
  );
}

function AtRisk({ data }: { data: Of<'studentDistribution'> }) {
  const { code, percent } = useI18n();
  const people = data.atRisk ?? [];
  if (people.length === 0) return <Nothing />;
  return (
    <ul class="people">
      {people.map(({ userId, fullName, reasons, riskProbability }) => (
        <li key={userId}>
          <a class="person" href={`#/learner/${userId}`}>
            <span class="person-name">
              <Name>{fullName ?? userId}</Name>
              {riskProbability === null ? null : <span class="small"> {percent(riskProbability * 100)}</span>}
            </span>
            <span class="small">{reasons.map((reason) => code(reason)).join(' · ')}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

function Teaching({ data }: { data: Of<'teachingEffectiveness'> }) {
  const { t, number, code, percent, signed } = useI18n();
  const { learningGain: gain, passRateVsPeers: beside, satisfaction } = data;
  return (
    <>
      <Figures>
        <Figure name={t('score')} value={number(data.overallScore, 0)} />
        <Figure
          name={t('effect')}
          value={number(gain?.cohensD)}
          note={gain ? t('between', { a: number(gain.low), b: number(gain.high) }) : null}
        />
        <Figure
          name={t('besideOthers')}
          value={beside ? t('pointsBeside', { n: signed(beside.delta) }) : number(null)}
          note={beside?.percentile == null ? null : t('percentile', { n: percent(beside.percentile) })}
        />
        <Figure
          name={t('rating')}
          value={number(satisfaction.average)}
          note={<Word code={satisfaction.trend} />}
        />
      </Figures>
      <ul class="rows rows-tight">
        {(Object.entries(data.parts ?? {}) as [string, number | null][]).map(([name, value]) => (
          <li key={name}>
            <div class="row-head">
              <span>{code(name)}</span>
              <span class="number">{number(value, 0)}</span>
            </div>
            <Bar percent={value} />
          </li>
        ))}
      </ul>
      {data.strengths?.length ? (
        <p class="small">
          {t('strengths')}: {data.strengths.map((one) => code(one)).join(' · ')}
        </p>
      ) : null}
      {data.improvements?.length ? (
        <p class="small">
          {t('improvements')}: {data.improvements.map((one) => code(one)).join(' · ')}
        </p>
      ) : null}
    </>
  );
}

export function TrainerView({ id }: { id: string }) {
  const { t } = useI18n();
  const { sections, retry } = useDashboard('trainer', id, names);
  const of = <N extends (typeof names)[number]>(name: N) => ({
    id: name,
    section: sections[name] as { status: 'ok'; data: Of<N>; meta: Meta } | undefined,
    retry: () => retry(name),
  });
  return (
    <div class="grid">
      <Card
        {...of('studentDistribution')}
        title={t('studentDistribution')}
        hint={t('distributionHint')}
        size="two-thirds"
      >
        {(data) => <Distribution data={data} />}
      </Card>
      <Card
        {...of('studentDistribution')}
        id="atRisk"
        title={t('atRiskList')}
        hint={t('reasons')}
        size="third"
      >
        {(data) => <AtRisk data={data} />}
      </Card>
      <Card
        {...of('coursePerformance')}
        title={t('coursePerformance')}
        hint={t('courseHint')}
        size="two-thirds"
      >
        {(data) => <Courses data={data} />}
      </Card>
      <Card {...of('courseHealth')} title={t('courseHealth')} hint={t('courseHealthHint')} size="third">
        {(data) => <Health data={data} />}
      </Card>
      <Card
        {...of('teachingEffectiveness')}
        title={t('teachingEffectiveness')}
        hint={t('teachingHint')}
        size="full"
      >
        {(data) => <Teaching data={data} />}
      </Card>
      <Reports type="trainer" id={id} />
      {id === 'me' ? <WeeklyReport /> : null}
    </div>
  );
}
