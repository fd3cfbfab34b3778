import { useId, useState, type FormEvent, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from './button.js';
import { Callout } from './callout.js';
import { Dialog } from './dialog.js';
import { Field } from './field.js';
import { Input } from './input.js';
import { messageOf } from './message-of.js';

export interface ConfirmDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  /** What will happen, and what cannot be undone. */
  description: ReactNode;
  /** On the button: the verb ("Delete workspace"), never "OK". */
  action: string;
  danger?: boolean;
  /** Must be typed before it can be done. */
  typedName?: string;
  children?: ReactNode;
  /** The dialog stays, busy, until it is done; closes then, or shows the error. */
  onConfirm: () => Promise<unknown>;
}

/** Asks before something is done that cannot be undone. */
export function ConfirmDialog(props: ConfirmDialogProps): ReactElement {
  return <Dialogue key={String(props.open)} {...props} />;
}

function Dialogue({
  open,
  onOpenChange,
  title,
  description,
  action,
  danger = false,
  typedName,
  children,
  onConfirm,
}: ConfirmDialogProps): ReactElement {
  const { t } = useTranslation('ui');
  const form = useId();
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const ready = typedName === undefined || typed.trim() === typedName;

  const confirm = (event: FormEvent): void => {
    event.preventDefault();
    if (!ready || busy) return;
    setBusy(true);
    setError(null);
    onConfirm()
      .then(() => onOpenChange(false), setError)
      .finally(() => setBusy(false));
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => (busy ? undefined : onOpenChange(next))}
      title={title}
      description={description}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)} disabled={busy}>
            {t('cancel')}
          </Button>
          <Button type="submit" form={form} variant={danger ? 'danger' : 'primary'} busy={busy} disabled={!ready}>
            {action}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={confirm} className="flex flex-col gap-4">
        {children}
        {typedName === undefined ? null : (
          <Field label={t('confirm.type', { name: typedName })}>
            <Input
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
            />
          </Field>
        )}
        {error === null ? null : <Callout tone="danger">{messageOf(error)}</Callout>}
      </form>
    </Dialog>
  );
}
