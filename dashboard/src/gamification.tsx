/** Points, streak, achievements and the leaderboard. */
import { useState } from 'preact/hooks';
import { client, type Gamification, type Section, useAnswer } from './api.ts';
import { useI18n } from './i18n.ts';
import { Bar, Card, Choice, Name, Table, Word } from './parts.tsx';

const mine = (signal: AbortSignal) => ({ params: { path: { userId: 'me' } }, signal });

export interface Standing {
  stats: Section<Gamification<'stats'>> | undefined;
  streak: Section<Gamification<'streak'>> | undefined;
  retry: () => void;
}

/** Points and streak of the viewer; asked for again with each `round`. */
export function useStanding(round: number, isWanted: boolean): Standing {
  const about = isWanted ? String(round) : null;
  const stats = useAnswer((signal) => client.get('/api/v1/gamification/stats/{userId}', mine(signal)), about);
  const streak = useAnswer(
    (signal) => client.get('/api/v1/gamification/streak/{userId}', mine(signal)),
    about,
  );
  const retry = () => {
    stats.retry();
    streak.retry();
  };
  return { stats: stats.section, streak: streak.section, retry };
}

/** The one line at the top: what the viewer has reached. */
export function StandingStrip({ standing: { stats, streak } }: { standing: Standing }) {
  const { t, number, code } = useI18n();
  const known = stats?.data;
  const days = streak?.data;
  return (
    <section class="standing" aria-label={t('points')} data-state={stats?.status ?? 'loading'}>
      <div class="standing-item">
        <span class="standing-name">{t('points')}</span>
        <strong class="standing-value" data-figure="points">
          {number(known?.totalPoints)}
        </strong>
        <Word
          code={known ? stats?.meta?.dataSource : null}
          tone={stats?.meta?.dataSource === 'mock' ? 'sample' : 'calm'}
        />
      </div>
      <div class="standing-item standing-wide">
        <span class="standing-name">{t('level')}</span>
        <strong class="standing-value">
          {number(known?.level)} <small>{known?.levelName ? code(known.levelName) : null}</small>
        </strong>
        <Bar percent={known?.levelProgressPercent ?? null} />
        <span class="small">
          {known?.nextLevelPoints == null || known.totalPoints == null
            ? null
            : t('toNext', { n: number(known.nextLevelPoints - known.totalPoints) })}
        </span>
      </div>
      <div class="standing-item">
        <span class="standing-name">{t('streak')}</span>
        <strong class="standing-value" data-figure="streak">
          {days?.currentStreak == null ? number(null) : t('days', { n: number(days.currentStreak) })}
        </strong>
        <span class="small">
          {days?.longestStreak == null ? null : t('longest', { n: number(days.longestStreak) })}
        </span>
      </div>
      {known?.latestAchievement ? (
        <div class="standing-item">
          <span class="standing-name">{t('achievements')}</span>
          <strong class="standing-value standing-text">{code(known.latestAchievement.code)}</strong>
          <span class="small">{code(known.latestAchievement.tier)}</span>
        </div>
      ) : null}
    </section>
  );
}

export function StreakDays({ standing: { streak, retry } }: { standing: Standing }) {
  const { t, day, number, code } = useI18n();
  return (
    <Card id="streak" title={t('streak')} hint={t('last28')} section={streak} retry={retry}>
      {({ history, status, currentStreak, longestStreak }) => (
        <>
          <p>
            <strong class="big">
              {currentStreak === null ? number(null) : t('days', { n: number(currentStreak) })}
            </strong>{' '}
            <Word code={status} />{' '}
            <span class="small">
              {longestStreak === null ? null : t('longest', { n: number(longestStreak) })}
            </span>
          </p>
          <ul class="days">
            {history.slice(-28).map(({ date, maintained, source }) => (
              <li key={date} class={maintained ? 'day day-kept' : 'day'} title={day(date)}>
                <span class="hidden">
                  {day(date)}: {maintained ? code(source ?? 'activity') : code('none')}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}

export function Achievements({ round }: { round: number }) {
  const { t, code, number, percent, date } = useI18n();
  const { section, retry } = useAnswer(
    (signal) => client.get('/api/v1/gamification/achievements/{userId}', mine(signal)),
    String(round),
  );
  const data = section?.data;
  const hint = data ? t('earnedOf', { a: number(data.earned), b: number(data.total) }) : '';
  return (
    <Card id="achievements" size="full" title={t('achievements')} hint={hint} section={section} retry={retry}>
      {({ achievements }) => (
        <ul class="medals">
          {[...achievements]
            .sort(
              (a, b) =>
                Number(b.earnedAt !== null) - Number(a.earnedAt !== null) ||
                (b.progressPercent ?? 0) - (a.progressPercent ?? 0),
            )
            .slice(0, 24)
            .map((one) => (
              <li key={one.id} class={`medal medal-${one.tier} ${one.earnedAt === null ? 'medal-open' : ''}`}>
                <span class="medal-disc" aria-hidden="true" />
                <span>
                  <span class="medal-name">{code(one.code)}</span>
                  <span class="small">
                    {code(one.tier)} ·{' '}
                    {one.earnedAt === null ? percent(one.progressPercent) : date(one.earnedAt)}
                  </span>
                </span>
              </li>
            ))}
        </ul>
      )}
    </Card>
  );
}

const periods = ['weekly', 'monthly', 'alltime'] as const;
const scopes = ['organization', 'department'] as const;

export function Leaderboard({ round }: { round: number }) {
  const { t, number, code } = useI18n();
  const [period, setPeriod] = useState<(typeof periods)[number]>('weekly');
  const [scope, setScope] = useState<(typeof scopes)[number]>('organization');
  const asked = useAnswer(
    (signal) =>
      client.get('/api/v1/gamification/leaderboard', {
        params: { query: { limit: 10, period, scope } },
        signal,
      }),
    `${round} ${period} ${scope}`,
  );
  return (
    <Card
      id="leaderboard"
      title={t('leaderboard')}
      hint={t('leaderboardHint')}
      choices={
        <>
          <Choice name={t('period')} codes={periods} value={period} onChoice={setPeriod} />
          <Choice name={t('group')} codes={scopes} value={scope} onChoice={setScope} />
        </>
      }
      {...asked}
    >
      {({ entries, you }) => {
        const isListed = (entries ?? []).some(({ isYou }) => isYou);
        const rows = (entries ?? [])
          .slice(0, 8)
          .map(({ rank, displayName, points, isYou }) => [
            isYou ? (
              <strong>{t('you')}</strong>
            ) : displayName === null ? (
              t('someone')
            ) : (
              <Name>{displayName}</Name>
            ),
            number(rank),
            number(points),
          ]);
        const own =
          you && !isListed
            ? [[<strong key="you">{t('you')}</strong>, number(you.rank), number(you.points)]]
            : [];
        return (
          <Table
            caption={t('leaderboard')}
            head={[code('person'), t('rank'), t('points')]}
            rows={[...rows, ...own]}
          />
        );
      }}
    </Card>
  );
}
