/** The organization's view: departments and goals, never one person. */
import { type Data, type Meta, useDashboard } from './api.ts';
import { Demand } from './demand.tsx';
import { useI18n } from './i18n.ts';
import { Bar, Card, Chart, Figure, Figures, Name, Table, Word } from './parts.tsx';
import { Reports } from './reports.tsx';

const names = ['learningVelocity', 'strategicAlignment', 'departmentAnalytics', 'learningCulture'] as const;
type Of<N extends (typeof names)[number]> = Data<'organization', N>;

function Velocity({ data }: { data: Of<'learningVelocity'> }) {
  const { t, number, percent, month } = useI18n();
  const monthly = data.monthly ?? [];
  return (
    <>
      <Figures>
        <Figure name={t('pace')} value={number(data.overallPace)} note={<Word code={data.trend} />} />
        <Figure name={t('target')} value={number(data.targetPace)} />
        <Figure name={t('onTrack')} value={percent(data.onTrackPercent)} />
        <Figure name={t('learners')} value={number(data.learners)} />
        <Figure name={t('medianWeeks')} value={number(data.completionWeeks?.median)} />
      </Figures>
      <Chart
        kind="line"
        label={t('orgVelocityHint')}
        labels={monthly.map((one) => month(one.month))}
        values={monthly.map(({ pace }) => pace)}
        mark={data.targetPace === null ? null : { value: data.targetPace, name: t('target') }}
        format={number}
        table={{
          head: [t('month'), t('pace')],
          rows: monthly.map((one) => [month(one.month), number(one.pace)]),
        }}
      />
      {data.departments?.length ? (
        <details class="more">
          <summary>{t('departmentAnalytics')}</summary>
          <Table
            caption={t('departmentAnalytics')}
            head={[t('department'), t('pace'), t('onTrack')]}
            rows={data.departments.map((one) => [
              <Name key="name">{one.name}</Name>,
              one.suppressed ? t('fewPeople') : number(one.pace),
              percent(one.onTrackPercent),
            ])}
          />
        </details>
      ) : null}
    </>
  );
}

function Goals({ data }: { data: Of<'strategicAlignment'> }) {
  const { t, number, percent, code, list } = useI18n();
  const skillNames = new Map((data.criticalGaps ?? []).map(({ skillId, name }) => [skillId, name]));
  return (
    <>
      <ul class="rows">
        {(data.goals ?? []).map((goal) => (
          <li key={goal.goalId}>
            <div class="row-head">
              <Name>{goal.name}</Name>
              <span>
                <Word code={goal.status} /> <span class="number">{percent(goal.alignmentPercent)}</span>
              </span>
            </div>
            <Bar percent={goal.alignmentPercent} />
            <p class="small">
              {list(
                (Object.entries(goal.parts) as [string, number | null][]).map(
                  ([part, value]) => `${code(part)} ${percent(value)}`,
                ),
              )}
            </p>
          </li>
        ))}
      </ul>
      {data.actions?.length ? (
        <>
          <h3>{t('actions')}</h3>
          <ul class="plain">
            {data.actions.slice(0, 4).map((action, at) => (
              <li key={at}>
                {code(action.code)}
                {'skillId' in action && action.skillId ? (
                  <>
                    : <Name>{skillNames.get(action.skillId) ?? action.skillId}</Name>
                  </>
                ) : null}{' '}
                <span class="small">
                  {t('people')}: {number(action.people)}
                </span>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </>
  );
}

function Departments({ data }: { data: Of<'departmentAnalytics'> }) {
  const { t, number, percent } = useI18n();
  const nameOf = new Map((data.departments ?? []).map(({ departmentId, name }) => [departmentId, name]));
  const standOut = data.comparison
    ? ([
        ['highestEngagement', data.comparison.highestEngagement],
        ['lowestEngagement', data.comparison.lowestEngagement],
        ['mostImproved', data.comparison.mostImproved],
      ] as const)
    : [];
  return (
    <>
      <Table
        caption={t('departmentAnalytics')}
        head={[
          t('department'),
          t('learners'),
          t('completion'),
          t('engagement'),
          t('average'),
          t('skillsCovered'),
          t('trend'),
        ]}
        rows={(data.departments ?? []).map((one) => [
          <Name key="name">{one.name}</Name>,
          ...(one.suppressed
            ? [
                <span key="few" class="badge badge-calm">
                  {t('suppressedTitle')}
                </span>,
                number(null),
                number(null),
                number(null),
                number(null),
                number(null),
              ]
            : [
                number(one.learners),
                percent(one.completionPercent),
                number(one.engagementScore),
                number(one.averageScore),
                number(one.skillsCovered),
                one.trend === null ? number(null) : <Word key="trend" code={one.trend} />,
              ]),
        ])}
      />
      <Figures>
        {standOut.map(([name, departmentId]) =>
          departmentId === null ? null : (
            <Figure key={name} name={t(name)} value={nameOf.get(departmentId) ?? departmentId} />
          ),
        )}
      </Figures>
    </>
  );
}

function Culture({ data }: { data: Of<'learningCulture'> }) {
  const { t, number, code, month } = useI18n();
  const history = data.history ?? [];
  return (
    <div class="columns">
      <div>
        <Figures>
          <Figure name={t('score')} value={number(data.overallScore, 0)} />
        </Figures>
        <ul class="rows rows-tight">
          {data.indicators.map((one) => (
            <li key={one.code}>
              <div class="row-head">
                <span>
                  {code(one.code)} <Word code={one.trend} />
                </span>
                <span class="number">{number(one.score, 0)}</span>
              </div>
              <Bar percent={one.score} />
            </li>
          ))}
        </ul>
      </div>
      <Chart
        kind="line"
        max={100}
        label={t('cultureHint')}
        labels={history.map((one) => month(one.month))}
        values={history.map(({ score }) => score)}
        format={(value) => number(value, 0)}
        table={{
          head: [t('month'), t('score')],
          rows: history.map((one) => [month(one.month), number(one.score)]),
        }}
      />
    </div>
  );
}

/** `isOwn`: the viewer is of this organization. */
export function OrganizationView({ id, isOwn }: { id: string; isOwn: boolean }) {
  const { t } = useI18n();
  const { sections, retry } = useDashboard('organization', id, names);
  const of = <N extends (typeof names)[number]>(name: N) => ({
    id: name,
    section: sections[name] as { status: 'ok'; data: Of<N>; meta: Meta } | undefined,
    retry: () => retry(name),
  });
  return (
    <div class="grid">
      <Card
        {...of('learningVelocity')}
        title={t('learningVelocity')}
        hint={t('orgVelocityHint')}
        size="two-thirds"
      >
        {(data) => <Velocity data={data} />}
      </Card>
      <Card
        {...of('strategicAlignment')}
        title={t('strategicAlignment')}
        hint={t('alignmentHint')}
        size="third"
      >
        {(data) => <Goals data={data} />}
      </Card>
      <Card
        {...of('departmentAnalytics')}
        title={t('departmentAnalytics')}
        hint={t('departmentHint')}
        size="full"
      >
        {(data) => <Departments data={data} />}
      </Card>
      <Card {...of('learningCulture')} title={t('learningCulture')} hint={t('cultureHint')} size="full">
        {(data) => <Culture data={data} />}
      </Card>
      {isOwn ? <Demand isOfPerson={false} /> : null}
      <Reports type="organization" id={id} />
    </div>
  );
}
