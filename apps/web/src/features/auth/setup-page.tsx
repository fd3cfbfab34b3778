import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState, type FormEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { session, setupNeeded } from '../../app/session/session.browser.js';
import { Button, ButtonLink, Callout, Field, fieldProblem, Input, messageOf } from '../../ui/index.js';
import { FrontPage } from './front-page.js';
import { PasswordInput } from './password-input.js';
import { setupToken } from './way-on.js';

const shortest = 12;

/** First run: whoever has the one-time link of the console becomes the first administrator. */
export default function SetupPage(): ReactElement {
  const { t } = useTranslation('auth');
  const needed = useQuery({ queryKey: ['setup-needed'], queryFn: setupNeeded });
  if (needed.data === false) {
    return (
      <FrontPage title={t('setup.done')} lead={t('setup.doneText')}>
        <ButtonLink to="/sign-in" variant="primary" className="w-full">
          {t('signIn')}
        </ButtonLink>
      </FrontPage>
    );
  }
  return (
    <FrontPage title={t('setup.title')} lead={t('setup.lead')}>
      <SetupForm />
    </FrontPage>
  );
}

function SetupForm(): ReactElement {
  const { t } = useTranslation('auth');
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const given = typeof search['token'] === 'string' ? search['token'] : '';
  const [link, setLink] = useState('');
  const [username, setUsername] = useState('admin');
  const [password, setPassword] = useState('');
  const [tooShort, setTooShort] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTooShort(password.length < shortest);
    if (busy || password.length < shortest) return;
    setBusy(true);
    setError(null);
    session
      .setUp({ token: given || setupToken(link), username: username.trim().toLowerCase(), password })
      // The used token leaves the address with the page.
      .then(() => navigate({ to: '/', replace: true }), setError)
      .finally(() => setBusy(false));
  };
  const passwordProblem = tooShort ? t('setup.tooShort', { count: shortest }) : fieldProblem(error, 'password');
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {given ? null : (
        <Field label={t('setup.link')} hint={t('setup.linkHint')}>
          <Input
            name="link"
            autoComplete="off"
            spellCheck={false}
            autoFocus
            required
            value={link}
            onChange={(event) => setLink(event.target.value)}
          />
        </Field>
      )}
      <Field label={t('username')} hint={t('setup.usernameHint')} error={fieldProblem(error, 'username')}>
        <Input
          name="username"
          autoComplete="username"
          autoCapitalize="off"
          spellCheck={false}
          required
          value={username}
          onChange={(event) => setUsername(event.target.value)}
        />
      </Field>
      <Field label={t('password')} hint={t('setup.passwordHint', { count: shortest })} error={passwordProblem}>
        <PasswordInput value={password} onChange={setPassword} autoComplete="new-password" autoFocus={given !== ''} />
      </Field>
      {error === null ? null : <Callout tone="danger">{messageOf(error)}</Callout>}
      <Button type="submit" variant="primary" busy={busy} className="mt-1 w-full">
        {t('setup.create')}
      </Button>
    </form>
  );
}
