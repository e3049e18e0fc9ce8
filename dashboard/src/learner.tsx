/** The learner's view; also what a trainer sees of a learner. */
import { useMemo, useState } from 'preact/hooks';
import { client, type Data, type Meta, Turn, useAnswer, useDashboard } from './api.ts';
import { Demand } from './demand.tsx';
import { Achievements, Leaderboard, type Standing, StandingStrip, StreakDays } from './gamification.tsx';
import { useI18n } from './i18n.ts';
import { Bar, Card, Chart, Figure, Figures, Name, Nothing, Word } from './parts.tsx';
import { Predictions } from './predictions.tsx';
import { Reports } from './reports.tsx';

const names = [
  'velocity',
  'skillGap',
  'engagement',
  'mastery',
  'performance',
  'contentEffectiveness',
] as const;
type Of<N extends (typeof names)[number]> = Data<'learner', N>;

function Velocity({ data }: { data: Of<'velocity'> }) {
  const { t, number, date, day, percent } = useI18n();
  const weekly = data.weekly ?? [];
  return (
    <>
      <Figures>
        <Figure name={t('velocity')} value={number(data.currentPace)} note={<Word code={data.status} />} />
        <Figure name={t('target')} value={number(data.targetPace)} />
        <Figure name={t('remaining')} value={number(data.remainingTopics)} />
        <Figure name={t('finishBy')} value={date(data.estimatedCompletion)} />
      </Figures>
      <p class="quiet">
        <Word code={data.trend} /> {data.trendPercent ? percent(data.trendPercent) : null}
      </p>
      <Chart
        kind="bar"
        label={t('velocityHint')}
        labels={weekly.map(({ weekStart }) => day(weekStart))}
        values={weekly.map(({ topicsCompleted }) => topicsCompleted)}
        mark={data.targetPace === null ? null : { value: data.targetPace, name: t('target') }}
        format={number}
        table={{
          head: [t('week'), t('topics')],
          rows: weekly.map(({ weekStart, topicsCompleted }) => [day(weekStart), number(topicsCompleted)]),
        }}
      />
    </>
  );
}

function SkillGap({ data }: { data: Of<'skillGap'> }) {
  const { t, number, percent } = useI18n();
  const gaps = data.gaps ?? [];
  return (
    <>
      <Figures>
        <Figure name={t('coverage')} value={percent(data.coveragePercent)} />
        <Figure name={t('skillGap')} value={number(data.totalGaps)} />
      </Figures>
      {gaps.length === 0 ? <Nothing /> : null}
      <ul class="rows">
        {gaps.slice(0, 6).map((gap) => (
          <li key={gap.skillId}>
            <div class="row-head">
              <Name>{gap.skillName}</Name>
              <Word code={gap.priority} />
            </div>
            <Bar
              percent={gap.currentLevel === null ? null : gap.currentLevel * 25}
              mark={gap.requiredLevel * 25}
            />
            <p class="small">
              {t('levelOf', { a: number(gap.currentLevel), b: number(gap.requiredLevel) })}
              {gap.estimatedWeeksToClose === null
                ? null
                : ` · ${t('weeksToClose', { n: number(gap.estimatedWeeksToClose, 0) })}`}
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}

function Parts({ parts }: { parts: object }) {
  const { code, number } = useI18n();
  return (
    <ul class="rows rows-tight">
      {(Object.entries(parts) as [string, number | null][]).map(([name, value]) => (
        <li key={name}>
          <div class="row-head">
            <span>{code(name)}</span>
            <span class="number">{number(value, 0)}</span>
          </div>
          <Bar percent={value} />
        </li>
      ))}
    </ul>
  );
}

function Engagement({ data }: { data: Of<'engagement'> }) {
  const { t, number, day } = useI18n();
  const weekly = data.weekly ?? [];
  return (
    <>
      <Figures>
        <Figure name={t('score')} value={number(data.overallScore, 0)} note={<Word code={data.trend} />} />
        <Figure name={t('activeDays')} value={number(data.activeDays)} />
        <Figure name={t('sessions')} value={number(data.sessionsPerWeek)} />
        <Figure name={t('minutes')} value={number(data.averageSessionMinutes, 0)} />
      </Figures>
      <Chart
        kind="line"
        max={100}
        label={t('engagement')}
        labels={weekly.map(({ weekStart }) => day(weekStart))}
        values={weekly.map(({ score }) => score)}
        format={(value) => number(value, 0)}
        table={{
          head: [t('week'), t('score')],
          rows: weekly.map(({ weekStart, score }) => [day(weekStart), number(score)]),
        }}
      />
      {data.parts ? <Parts parts={data.parts} /> : null}
    </>
  );
}

function Mastery({ data }: { data: Of<'mastery'> }) {
  const { t, number, percent, code } = useI18n();
  const skills = [...(data.skills ?? [])].sort((a, b) => (b.masteryPercent ?? -1) - (a.masteryPercent ?? -1));
  return (
    <>
      <Figures>
        <Figure name={t('overall')} value={percent(data.overallPercent)} />
        <Figure name={t('mastered')} value={number(data.masteredSkills)} />
        <Figure name={t('inProgress')} value={number(data.inProgressSkills)} />
      </Figures>
      {skills.length === 0 ? <Nothing /> : null}
      <ul class="rows rows-tight rows-columns">
        {skills.slice(0, 10).map(({ skillId, skillName, masteryPercent, level }) => (
          <li key={skillId}>
            <div class="row-head">
              <Name>{skillName}</Name>
              <span class="small">
                {code(level)} · {percent(masteryPercent)}
              </span>
            </div>
            <Bar percent={masteryPercent} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Performance({ data }: { data: Of<'performance'> }) {
  const { t, number, percent, day } = useI18n();
  const recent = [...(data.recentScores ?? [])].reverse();
  const { passRatePercent: passed, expectedNextScore: next } = data;
  const range = (of: { low: number; high: number } | null) =>
    of ? t('between', { a: number(of.low, 0), b: number(of.high, 0) }) : undefined;
  return (
    <>
      <Figures>
        <Figure name={t('average')} value={number(data.averageScore)} note={<Word code={data.trend} />} />
        <Figure name={t('passRate')} value={percent(passed?.value)} note={range(passed)} />
        <Figure name={t('expectedNext')} value={number(next?.value, 0)} note={range(next)} />
        <Figure name={t('taken')} value={number(data.assessmentsTaken)} />
      </Figures>
      {recent.length === 0 ? (
        <Nothing />
      ) : (
        <Chart
          kind="line"
          max={100}
          label={t('performanceHint')}
          labels={recent.map(({ submittedAt }) => day(submittedAt))}
          values={recent.map(({ score }) => score)}
          format={(value) => number(value, 0)}
          table={{
            head: [t('date'), t('score')],
            rows: recent.map(({ submittedAt, score }) => [day(submittedAt), number(score)]),
          }}
        />
      )}
      <ul class="rows rows-tight">
        {(data.bySkill ?? []).slice(0, 4).map(({ skillId, skillName, averageScore, trend }) => (
          <li key={skillId}>
            <div class="row-head">
              <span>
                <Name>{skillName}</Name> <Word code={trend} />
              </span>
              <span class="number">{number(averageScore, 0)}</span>
            </div>
            <Bar percent={averageScore} />
          </li>
        ))}
      </ul>
    </>
  );
}

function ContentEffectiveness({ data }: { data: Of<'contentEffectiveness'> }) {
  const { t, number, code, percent } = useI18n();
  const kinds = data.byType ?? [];
  if (kinds.length === 0) return <Nothing />;
  return (
    <>
      <ul class="rows rows-tight">
        {kinds.map(({ contentType, effectivenessScore, completionPercent }) => (
          <li key={contentType}>
            <div class="row-head">
              <span>{code(contentType)}</span>
              <span class="small">
                {number(effectivenessScore, 0)} · {t('completedShare')} {percent(completionPercent)}
              </span>
            </div>
            <Bar percent={effectivenessScore} />
          </li>
        ))}
      </ul>
      <h3>{t('suggestions')}</h3>
      <ul class="plain">
        {(data.recommendations ?? []).map((advice) => (
          <li key={advice.code + advice.contentType}>
            {code(advice.code)}
            {advice.contentType === null ? null : `: ${code(advice.contentType)}`}
          </li>
        ))}
      </ul>
    </>
  );
}

type PeerLevel = 'own' | 'any';

function Peers({ id }: { id: string }) {
  const { t, number, code, percent } = useI18n();
  const [level, setLevel] = useState<PeerLevel>('own');
  const asked = useAnswer(
    (signal) =>
      client.get('/api/v1/analytics/comparison/peer/{userId}', {
        params: { path: { userId: id }, query: { level } },
        signal,
      }),
    `${id} ${level}`,
  );
  const size = asked.section?.data?.cohort.size;
  return (
    <Card
      id="peers"
      title={t('peers')}
      hint={t('peersHint', { n: size == null ? t('fewPeople') : number(size) })}
      choices={
        <select
          aria-label={t('peerLevel')}
          value={level}
          onChange={(event) => setLevel(event.currentTarget.value as PeerLevel)}
        >
          <option value="own">{t('ownLevel')}</option>
          <option value="any">{t('anyLevel')}</option>
        </select>
      }
      {...asked}
    >
      {({ metrics, insights }) => (
        <>
          <ul class="rows">
            {metrics.map(({ metric, value, peerMedian, percentile }) => (
              <li key={metric}>
                <div class="row-head">
                  <span>{code(metric)}</span>
                  <span class="small">
                    {percentile === null ? t('unknown') : t('percentile', { n: percent(percentile) })}
                  </span>
                </div>
                <Bar percent={percentile} mark={percentile === null ? null : 50} />
                <p class="small">
                  {t('you')} {number(value)} · {t('peerMedian')} {number(peerMedian)}
                </p>
              </li>
            ))}
          </ul>
          {insights?.length ? (
            <p class="small">
              {insights
                .map(
                  (one) => `${code(one.metric)}: ${code(one.code)} (${percent(Math.abs(one.deltaPercent))})`,
                )
                .join(' · ')}
            </p>
          ) : null}
        </>
      )}
    </Card>
  );
}

/** `id` is a user id or `me`; `standing` is what live events keep up to date. */
export function LearnerView({ id, standing, round }: { id: string; standing: Standing; round: number }) {
  const { t } = useI18n();
  const { sections, retry } = useDashboard('learner', id, names);
  const isOwn = id === 'me';
  const gaps = sections.skillGap?.data?.gaps;
  const skillNames = useMemo(
    () => new Map((gaps ?? []).map(({ skillId, skillName }) => [skillId, skillName])),
    [gaps],
  );
  const of = <N extends (typeof names)[number]>(name: N) => ({
    id: name,
    section: sections[name] as { status: 'ok'; data: Of<N>; meta: Meta } | undefined,
    retry: () => retry(name),
  });
  return (
    <>
      {isOwn ? <StandingStrip standing={standing} /> : null}
      <div class="grid">
        <Card {...of('velocity')} title={t('velocity')} hint={t('velocityHint')} size="two-thirds">
          {(data) => <Velocity data={data} />}
        </Card>
        <Card {...of('skillGap')} title={t('skillGap')} hint={t('skillGapHint')} size="third">
          {(data) => <SkillGap data={data} />}
        </Card>
        <Card {...of('engagement')} title={t('engagement')} hint={t('engagementHint')}>
          {(data) => <Engagement data={data} />}
        </Card>
        <Card {...of('performance')} title={t('performance')} hint={t('performanceHint')}>
          {(data) => <Performance data={data} />}
        </Card>
        <Card {...of('mastery')} title={t('mastery')} hint={t('masteryHint')} size="two-thirds">
          {(data) => <Mastery data={data} />}
        </Card>
        <Card
          {...of('contentEffectiveness')}
          title={t('contentEffectiveness')}
          hint={t('contentHint')}
          size="third"
        >
          {(data) => <ContentEffectiveness data={data} />}
        </Card>
        <Turn.Provider value={Object.keys(sections).length > 0}>
          <Peers id={id} />
          {isOwn ? <Demand /> : null}
          <Predictions {...{ id, isOwn, skillNames }} />
          {isOwn ? (
            <>
              <Leaderboard round={round} />
              <StreakDays standing={standing} />
              <Achievements round={round} />
            </>
          ) : null}
        </Turn.Provider>
        <Reports type="learner" id={id} />
      </div>
    </>
  );
}
