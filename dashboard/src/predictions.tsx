/** The risk of dropping off, with its reasons: an estimate to talk about, never a verdict. */
import { type AnswerOf, client, useAnswer } from './api.ts';
import { useI18n } from './i18n.ts';
import { Bar, Card, Name, Nothing, Word } from './parts.tsx';

type Answer = AnswerOf<'get', '/api/v1/analytics/predictive/drop-off-risk/{userId}'>['data'];
type Risk = NonNullable<Answer['risks']>[number];

/** A rule gives a level and no probability; too little, or no place in the course, is a status in words. */
function RiskRow({ risk }: { risk: Risk }) {
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

export function Predictions({ id }: { id: string }) {
  const { t } = useI18n();
  const { section, retry } = useAnswer(
    (signal) =>
      client.get('/api/v1/analytics/predictive/drop-off-risk/{userId}', {
        params: { path: { userId: id } },
        signal,
      }),
    id,
  );
  return (
    <Card id="dropOff" size="full" title={t('dropOff')} hint={t('predictionsHint')} {...{ section, retry }}>
      {({ risks }) =>
        risks?.length ? (
          <ul class="rows rows-columns">
            {risks.map((risk) => (
              <RiskRow key={risk.courseId} risk={risk} />
            ))}
          </ul>
        ) : (
          <Nothing />
        )
      }
    </Card>
  );
}
