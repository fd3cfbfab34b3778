import { useState, type FormEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { session } from '../../app/session/session.browser.js';
import { Button, Callout, Field, Input, messageOf } from '../../ui/index.js';
import { PasswordInput } from './password-input.js';

export interface SignInFormProps {
  /** Who was signed in until just now; only the password is asked for. */
  username?: string;
  /** Somebody else wants to sign in. */
  onOther?: () => void;
  onDone?: () => void;
}

export function SignInForm({ username: known, onOther, onDone }: SignInFormProps): ReactElement {
  const { t } = useTranslation('auth');
  const [username, setUsername] = useState(known ?? '');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    session
      .signIn({ username: username.trim().toLowerCase(), password })
      .then(onDone, (problem: unknown) => {
        setError(problem);
        setPassword('');
      })
      .finally(() => setBusy(false));
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field label={t('username')}>
        <Input
          name="username"
          autoComplete="username"
          autoCapitalize="off"
          spellCheck={false}
          autoFocus={!known}
          readOnly={known !== undefined}
          required
          value={username}
          onChange={(event) => setUsername(event.target.value)}
        />
      </Field>
      <Field label={t('password')}>
        <PasswordInput
          value={password}
          onChange={setPassword}
          autoComplete="current-password"
          autoFocus={known !== undefined}
        />
      </Field>
      {error === null ? null : <Callout tone="danger">{messageOf(error)}</Callout>}
      <Button type="submit" variant="primary" busy={busy} className="mt-1 w-full">
        {t('signIn')}
      </Button>
      {onOther ? (
        <Button variant="ghost" onClick={onOther} className="w-full">
          {t('other')}
        </Button>
      ) : null}
    </form>
  );
}
