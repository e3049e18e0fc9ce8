/** Logging in: as anyone with a password, or in a demonstration as one of its people. */
import { isApiError } from 'learning-analytics-client';
import { useEffect, useId, useState } from 'preact/hooks';
import { client } from './api.ts';
import { useI18n } from './i18n.ts';

interface Props {
  onLogIn: () => void;
  hasExpired: boolean;
}

type DemoPeople = Awaited<ReturnType<typeof askDemo>>;
const askDemo = async (signal: AbortSignal) => (await client.get('/api/v1/demo', { signal })).data.people;

/** Empty unless the server says that it runs a demonstration. */
function useDemoPeople(): DemoPeople {
  const [people, setPeople] = useState<DemoPeople>([]);
  useEffect(() => {
    const left = new AbortController();
    askDemo(left.signal).then(setPeople, () => undefined);
    return () => left.abort();
  }, []);
  return people;
}

export function LogIn({ onLogIn, hasExpired }: Props) {
  const { t, code } = useI18n();
  const people = useDemoPeople();
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [emailId, passwordId] = [useId(), useId()];

  async function logIn({ email, password }: { email: string; password: string }) {
    setBusy(true);
    setProblem(undefined);
    try {
      await client.login({ email, password });
      onLogIn();
    } catch (thrown) {
      const found = isApiError(thrown) ? thrown.problem.code : 'INTERNAL_ERROR';
      setProblem(
        found === 'UNAUTHORIZED' || found === 'VALIDATION_ERROR' ? t('badCredentials') : code(found),
      );
      setBusy(false);
    }
  }

  return (
    <main class="login" id="main">
      <h1 tabIndex={-1}>{t('title')}</h1>
      <p class="lead">{t('logInLead')}</p>
      <p class="problem" role="alert">
        {problem ?? (hasExpired ? t('expired') : '')}
      </p>
      {people.length > 0 ? (
        <section class="panel" aria-label={t('demoTitle')}>
          <h2>{t('demoTitle')}</h2>
          <p class="quiet">{t('demoLead')}</p>
          <ul class="demo">
            {people.map((person) => (
              <li key={person.email}>
                <button type="button" disabled={isBusy} onClick={() => void logIn(person)}>
                  <span class="demo-name" dir="ltr">
                    {person.email.split('@')[0]}
                  </span>
                  <span class="small">{person.roles.map((role) => code(role)).join(' · ')}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      <form
        class="panel"
        onSubmit={(event) => {
          event.preventDefault();
          void logIn({ email, password });
        }}
      >
        <h2>{people.length > 0 ? t('orLogIn') : t('logIn')}</h2>
        <label for={emailId}>{t('email')}</label>
        <input
          id={emailId}
          type="email"
          dir="ltr"
          required
          autocomplete="username"
          value={email}
          onInput={(event) => setEmail(event.currentTarget.value)}
        />
        <label for={passwordId}>{t('password')}</label>
        <input
          id={passwordId}
          type="password"
          dir="ltr"
          required
          autocomplete="current-password"
          value={password}
          onInput={(event) => setPassword(event.currentTarget.value)}
        />
        <button type="submit" class="button button-main" disabled={isBusy}>
          {t('logIn')}
        </button>
      </form>
    </main>
  );
}
