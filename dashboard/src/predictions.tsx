/** Predictions with their reasons, where the server offers them. */
import { ApiError, type ProblemCode } from 'learning-analytics-client';
import { client, type Meta, useAnswer } from './api.ts';
import { useI18n } from './i18n.ts';
import { Bar, Card, Name, Nothing, Word } from './parts.tsx';

interface Reason {
  code: string;
}
interface Outlook {
  risks?: {
    courseId: string;
    title?: string | null;
    riskProbability: number | null;
    riskLevel: string | null;
    factors?: Reason[] | null;
    interventions?: Reason[] | null;
  }[];
  recommendations?: { id: string; title: string | null; reasons?: Reason[] | null }[];
}
type Answer = { data: Outlook; meta: Meta };

/** The analytics that this page can show, by the last part of their path. */
const shown = [
  { part: 'drop-off-risk', title: 'dropOff' },
  { part: 'recommendations', title: 'recommendations' },
] as const;

const ask = (path: string, signal: AbortSignal) =>
  fetch(path, { signal, headers: { authorization: `Bearer ${client.session()?.accessToken}` } });

/** What may be newer than the client's types: asked for by its address. @throws ApiError */
async function outlook(path: string, signal: AbortSignal): Promise<Answer> {
  let response = await ask(path, signal);
  if (response.status === 401) {
    // The client renews the session on the way.
    await client.get('/api/v1/auth/me', { signal });
    response = await ask(path, signal);
  }
  const body = (await response.json()) as Answer & { error?: { code: ProblemCode } };
  if (response.ok) return body;
  throw new ApiError({
    code: body.error?.code ?? 'UNREADABLE_ANSWER',
    message: '',
    status: response.status,
  } as ConstructorParameters<typeof ApiError>[0]);
}

function Prediction({
  path,
  part,
  title,
  id,
}: {
  path: string;
  id: string;
  part: string;
  title: (typeof shown)[number]['title'];
}) {
  const { t, code, percent, list } = useI18n();
  const address = `/api/v1${path.replace(/:\w+/, encodeURIComponent(id))}`;
  const { section, retry } = useAnswer((signal) => outlook(address, signal), address);
  return (
    <Card id={part} title={t(title)} hint={t('predictionsHint')} {...{ section, retry }}>
      {({ risks = [], recommendations = [] }) => (
        <ul class="rows">
          {risks.length + recommendations.length === 0 ? <Nothing /> : null}
          {risks.map((risk) => (
            <li key={risk.courseId}>
              <div class="row-head">
                <Name>{risk.title ?? risk.courseId}</Name>
                <span>
                  <Word code={risk.riskLevel} />{' '}
                  {percent(risk.riskProbability === null ? null : risk.riskProbability * 100)}
                </span>
              </div>
              <Bar percent={risk.riskProbability === null ? null : risk.riskProbability * 100} />
              {risk.factors?.length ? (
                <p class="small">
                  {t('because')}: {list(risk.factors.map((factor) => code(factor.code)))}
                </p>
              ) : null}
              {risk.interventions?.length ? (
                <p class="small">
                  {t('suggestions')}: {list(risk.interventions.map((step) => code(step.code)))}
                </p>
              ) : null}
            </li>
          ))}
          {recommendations.map((advice) => (
            <li key={advice.id}>
              <Name>{advice.title}</Name>
              {advice.reasons?.length ? (
                <p class="small">
                  {t('because')}: {list(advice.reasons.map((reason) => code(reason.code)))}
                </p>
              ) : null}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

/** One card for each prediction that the dictionary of metrics knows; one that says so when there is none. */
export function Predictions({ id }: { id: string }) {
  const { t } = useI18n();
  const { section, retry } = useAnswer(async (signal) => {
    const { data } = await client.get('/api/v1/metrics/definitions', { signal });
    const paths = data.metrics.map(({ path }) => path).filter((path) => path.includes('/predictive/'));
    return { data: paths, meta: { complete: true } as Meta };
  }, id);
  const offered = shown.flatMap((one) => {
    const path = section?.data?.find((known) => known.includes(`/predictive/${one.part}/`));
    return path === undefined ? [] : [{ ...one, path }];
  });
  if (offered.length > 0) return offered.map((one) => <Prediction key={one.part} id={id} {...one} />);
  return (
    <Card
      id="predictions"
      size="full"
      title={t('predictions')}
      hint={t('predictionsHint')}
      section={section && { ...section, meta: null }}
      retry={retry}
    >
      {() => <p class="quiet">{t('notOffered')}</p>}
    </Card>
  );
}
