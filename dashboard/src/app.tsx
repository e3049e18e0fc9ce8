/** The page: who is looking, at what, in which language. */
import type { DashboardAudience, Session } from 'learning-analytics-client';
import { useEffect, useRef, useState } from 'preact/hooks';
import { client, reportNews, sessionEnd } from './api.ts';
import { useStanding } from './gamification.tsx';
import {
  directionOf,
  type I18n,
  I18nContext,
  type Language,
  languages,
  makeI18n,
  textsOf,
  useI18n,
} from './i18n.ts';
import { LearnerView } from './learner.tsx';
import { LogIn } from './login.tsx';
import { OrganizationView } from './organization.tsx';
import type { UiKey } from './texts/en.ts';
import { type Theme, themes, useTheme } from './theme.ts';
import { TrainerView } from './trainer.tsx';

interface Place {
  audience: DashboardAudience;
  id: string;
}

const titles: Record<DashboardAudience, UiKey> = {
  learner: 'learnerView',
  trainer: 'trainerView',
  organization: 'organizationView',
};
const leads: Record<DashboardAudience, UiKey> = {
  learner: 'learnerLead',
  trainer: 'trainerLead',
  organization: 'organizationLead',
};

/** The views that are one's own, by one's roles; the first is where one begins. */
function viewsOf({ user }: Session): Place[] {
  const views: Place[] = [];
  if (user.organizationId !== null && user.roles.some((role) => role === 'org_admin' || role === 'admin'))
    views.push({ audience: 'organization', id: user.organizationId });
  if (user.roles.includes('trainer')) views.push({ audience: 'trainer', id: 'me' });
  if (user.roles.includes('learner') || views.length === 0) views.push({ audience: 'learner', id: 'me' });
  return views;
}

const hashOf = ({ audience, id }: Place) => `#/${audience}/${encodeURIComponent(id)}`;

function placeIn(hash: string): Place | null {
  const [, audience, id] = /^#\/(learner|trainer|organization)\/([^/]{1,200})$/.exec(hash) ?? [];
  if (audience === undefined || id === undefined) return null;
  try {
    return { audience: audience as DashboardAudience, id: decodeURIComponent(id) };
  } catch {
    return null;
  }
}

function useHash(): string {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const hear = () => setHash(location.hash);
    addEventListener('hashchange', hear);
    return () => removeEventListener('hashchange', hear);
  }, []);
  return hash;
}

interface Live {
  state: 'open' | 'waiting';
  /** How often the viewer's points have changed. */
  round: number;
  /** What was heard last, for everyone to hear. */
  news: string;
}

/** What happens to the viewer, as it happens. */
function useLive(i18n: I18n): Live {
  const [live, setLive] = useState<Live>({ state: 'waiting', round: 0, news: '' });
  const words = useRef(i18n);
  words.current = i18n;
  useEffect(() => {
    const left = new AbortController();
    const tell = (news: (words: I18n) => string) =>
      setLive((last) => ({ ...last, round: last.round + 1, news: news(words.current) }));
    async function listen() {
      const onState = (state: Live['state']) => setLive((last) => ({ ...last, state }));
      for await (const event of client.events({ signal: left.signal, onState })) {
        if (event.type === 'points_awarded')
          tell(({ t, number }) => t('pointsAwarded', { n: number(event.data.points) }));
        if (event.type === 'achievement_unlocked')
          tell(({ t, code }) => t('achievementUnlocked', { name: code(event.data.code) }));
        if (event.type === 'analytics_refreshed') tell(({ t }) => t('updated'));
        if (event.type === 'report_ready') {
          reportNews.dispatchEvent(new CustomEvent('ready', { detail: event.data.reportId }));
          tell(({ t }) => t('reportReady'));
        }
      }
    }
    // Without live events the page is as it was loaded, and says so.
    listen().catch(() => setLive((last) => ({ ...last, state: 'waiting' })));
    return () => left.abort();
  }, []);
  return live;
}

function View({ place, views, live }: { place: Place; views: Place[]; live: Live }) {
  const { t } = useI18n();
  const standing = useStanding(live.round, place.audience === 'learner' && place.id === 'me');
  const heading = useRef<HTMLHeadingElement>(null);
  const isOwn = views.some((view) => hashOf(view) === hashOf(place));
  const title = t(
    isOwn ? titles[place.audience] : place.audience === 'learner' ? 'aLearner' : titles[place.audience],
  );
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current) heading.current?.focus();
    isFirst.current = false;
    document.title = title;
  }, [hashOf(place), title]);
  return (
    <main id="main">
      <div class="page-head">
        <div>
          {!isOwn && place.audience === 'learner' && views.some(({ audience }) => audience === 'trainer') ? (
            <a class="back" href="#/trainer/me">
              {t('backToList')}
            </a>
          ) : null}
          <h1 tabIndex={-1} ref={heading}>
            {title} {isOwn ? null : <bdi class="quiet">{place.id}</bdi>}
          </h1>
          <p class="lead">{t(leads[place.audience])}</p>
        </div>
        <button type="button" class="button no-print" onClick={() => print()}>
          {t('print')}
        </button>
      </div>
      {place.audience === 'learner' ? (
        <LearnerView key={place.id} id={place.id} standing={standing} round={live.round} />
      ) : null}
      {place.audience === 'trainer' ? <TrainerView key={place.id} id={place.id} /> : null}
      {place.audience === 'organization' ? (
        <OrganizationView key={place.id} id={place.id} isOwn={isOwn} />
      ) : null}
    </main>
  );
}

function Choices({ setLanguage }: { setLanguage: (language: Language) => void }) {
  const { t, language } = useI18n();
  const [theme, setTheme] = useTheme();
  return (
    <>
      <select
        aria-label={t('language')}
        value={language}
        onChange={(event) => setLanguage(event.currentTarget.value as Language)}
      >
        {Object.entries(languages).map(([code, name]) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </select>
      <select
        aria-label={t('theme')}
        value={theme}
        onChange={(event) => setTheme(event.currentTarget.value as Theme)}
      >
        {themes.map((one) => (
          <option key={one} value={one}>
            {t(one)}
          </option>
        ))}
      </select>
    </>
  );
}

function Inside({
  session,
  leave,
  setLanguage,
}: {
  session: Session;
  leave: () => void;
  setLanguage: (language: Language) => void;
}) {
  const i18n = useI18n();
  const { t } = i18n;
  const views = viewsOf(session);
  const [first] = views as [Place, ...Place[]];
  const hash = useHash();
  const place = placeIn(hash) ?? first;
  const live = useLive(i18n);
  return (
    <>
      <header class="top no-print">
        <a class="brand" href={hashOf(first)}>
          <span class="brand-mark" aria-hidden="true" />
          {t('title')}
        </a>
        <nav aria-label={t('views')}>
          {views.map((view) => (
            <a
              class="tab"
              key={view.audience}
              href={hashOf(view)}
              aria-current={hashOf(view) === hashOf(place) ? 'page' : undefined}
            >
              {t(titles[view.audience])}
            </a>
          ))}
        </nav>
        <div class="choices">
          <span class={`live live-${live.state}`} data-live={live.state}>
            {t(live.state === 'open' ? 'live' : 'offline')}
          </span>
          <Choices setLanguage={setLanguage} />
          <span class="who">
            <bdi>{session.user.fullName ?? session.user.email}</bdi>
          </span>
          <button type="button" class="button" onClick={leave}>
            {t('logOut')}
          </button>
        </div>
      </header>
      <View place={place} views={views} live={live} />
      <p class="toast" role="status" key={live.round}>
        {live.news}
      </p>
    </>
  );
}

export function App({ first, store }: { first: I18n; store: (language: Language) => void }) {
  const [i18n, setI18n] = useState(first);
  const [session, setSession] = useState(client.session());
  const [hasExpired, setExpired] = useState(false);
  useEffect(() => {
    const end = () => {
      setSession(null);
      setExpired(true);
    };
    sessionEnd.addEventListener('end', end);
    return () => sessionEnd.removeEventListener('end', end);
  }, []);
  useEffect(() => {
    document.documentElement.lang = i18n.language;
    document.documentElement.dir = directionOf(i18n.language);
    if (session === null) document.title = i18n.t('title');
  }, [i18n, session]);

  async function setLanguage(language: Language) {
    store(language);
    setI18n(makeI18n(language, await textsOf(language)));
  }
  async function leave() {
    await client.logout();
    setExpired(false);
    setSession(null);
    history.replaceState(null, '', location.pathname);
  }
  function enter() {
    setExpired(false);
    setSession(client.session());
  }
  return (
    <I18nContext.Provider value={i18n}>
      <button
        type="button"
        class="skip"
        onClick={() => document.querySelector<HTMLElement>('main h1')?.focus()}
      >
        {i18n.t('skip')}
      </button>
      {session === null ? (
        <>
          <div class="corner">
            <Choices setLanguage={(language) => void setLanguage(language)} />
          </div>
          <LogIn onLogIn={enter} hasExpired={hasExpired} />
        </>
      ) : (
        <Inside
          key={session.user.id}
          session={session}
          leave={() => void leave()}
          setLanguage={(language) => void setLanguage(language)}
        />
      )}
    </I18nContext.Provider>
  );
}
