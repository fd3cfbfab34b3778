import { Check, Copy } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Button, IconButton } from './button.js';
import { copyText } from './copy-text.browser.js';
import { toast } from './toast-store.js';

export interface CopyButtonProps {
  text: string;
  /** What is copied: "Copy the command". */
  label: string;
  /** Shows the label beside the icon. */
  labelled?: boolean;
}

export function CopyButton({ text, label, labelled }: CopyButtonProps): ReactElement {
  const { t } = useTranslation('ui');
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = (): void => {
    copyText(text).then(
      () => setCopied(true),
      () => toast.error(t('copy.failed')),
    );
  };
  const icon = copied ? Check : Copy;
  const name = copied ? t('copy.done') : label;
  return labelled ? (
    <Button size="sm" icon={icon} onClick={copy}>
      {name}
    </Button>
  ) : (
    <IconButton size="sm" icon={icon} label={name} onClick={copy} />
  );
}
