/** What the viewer's organization looks for. */
import { client, useAnswer } from './api.ts';
import { useI18n } from './i18n.ts';
import { Bar, Card, Name, Nothing, Word } from './parts.tsx';

const shown = 7;

/** `isOfPerson`: with the gaps of the viewer, who learns. */
export function Demand({ isOfPerson = true }: { isOfPerson?: boolean }) {
  const { t, number, code } = useI18n();
  const asked = useAnswer(
    (signal) => client.get('/api/v1/analytics/comparison/skill-demand', { signal }),
    'own',
  );
  return (
    <Card id="demand" title={t('demand')} hint={t('demandHint')} {...asked}>
      {({ topSkills, emerging, yourGaps }) => (
        <>
          {topSkills?.length ? null : <Nothing />}
          <ul class="rows rows-tight">
            {(topSkills ?? []).slice(0, shown).map(({ skillId, name, demandScore, trend, openGaps }) => (
              <li key={skillId}>
                <div class="row-head">
                  <Name>{name}</Name>
                  <span>
                    {isOfPerson && yourGaps?.some((gap) => gap.skillId === skillId) ? (
                      <span class="badge badge-warn">{t('yours')}</span>
                    ) : null}{' '}
                    <Word code={trend} tone="calm" />{' '}
                    <span class="number small">{number(demandScore, 0)}</span>
                  </span>
                </div>
                <Bar percent={demandScore} />
                {isOfPerson ? null : (
                  <p class="small">
                    {t('openGaps')}: {number(openGaps)}
                  </p>
                )}
              </li>
            ))}
          </ul>
          {emerging?.length ? (
            <p class="small">
              {code('rising')}:{' '}
              {emerging.slice(0, 4).map(({ skillId, name }, at) => (
                <span key={skillId}>
                  {at > 0 ? ' · ' : ''}
                  <Name>{name}</Name>
                </span>
              ))}
            </p>
          ) : null}
        </>
      )}
    </Card>
  );
}
