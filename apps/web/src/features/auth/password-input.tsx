import { Eye, EyeOff } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { IconButton, Input } from '../../ui/index.js';

export interface PasswordInputProps {
  value: string;
  onChange: (value: string) => void;
  autoComplete: 'current-password' | 'new-password';
  autoFocus?: boolean;
}

export function PasswordInput({ value, onChange, autoComplete, autoFocus }: PasswordInputProps): ReactElement {
  const { t } = useTranslation('auth');
  const [shown, setShown] = useState(false);
  return (
    <span className="relative block">
      <Input
        name="password"
        type={shown ? 'text' : 'password'}
        autoComplete={autoComplete}
        autoFocus={autoFocus}
        required
        value={value}
        onChange={(event) => onChange(event.target.value)}
        autoCapitalize="off"
        spellCheck={false}
        className="pr-11"
      />
      <span className="absolute inset-y-0 right-1 flex items-center">
        <IconButton
          size="sm"
          icon={shown ? EyeOff : Eye}
          label={shown ? t('hidePassword') : t('showPassword')}
          onClick={() => setShown(!shown)}
        />
      </span>
    </span>
  );
}
