import type { ErrorComponentProps } from '@tanstack/react-router';
import type { ReactElement } from 'react';

export function RouteError({ error }: ErrorComponentProps): ReactElement {
  return <p role="alert">{error instanceof Error ? error.message : String(error)}</p>;
}
