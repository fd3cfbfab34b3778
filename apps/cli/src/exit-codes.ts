import { DomainError, type ErrorCode, type Task } from '@aicode/contracts';

/** What aicli's exit codes mean; scripts rely on them. */
export const exitCodes = {
  done: 0,
  taskFailed: 1,
  usage: 2,
  notSignedIn: 3,
  notFound: 4,
  unreachable: 5,
  timedOut: 124,
  interrupted: 130,
} as const;

const { taskFailed: failed, usage, notSignedIn, notFound, unreachable } = exitCodes;

/** A code of the platform as an exit code. `usage` is for what the caller can put right by asking for something else. */
const byCode: Readonly<Record<ErrorCode, number>> = {
  'request.invalid': usage,
  'request.malformed': usage,
  'request.too_large': usage,
  'request.unsupported_media_type': usage,
  'request.not_found': notFound,
  'request.method_not_allowed': usage,
  'request.host_refused': usage,
  'request.origin_refused': usage,
  'request.rate_limited': failed,
  'request.idempotency_conflict': usage,
  'auth.required': notSignedIn,
  'auth.invalid_credentials': notSignedIn,
  'auth.token_invalid': notSignedIn,
  'auth.session_ended': notSignedIn,
  'auth.refresh_reused': notSignedIn,
  'auth.throttled': notSignedIn,
  'auth.forbidden': notSignedIn,
  'auth.setup_link_invalid': notSignedIn,
  'auth.setup_done': usage,
  'workspace.not_found': notFound,
  'workspace.name_taken': usage,
  'workspace.not_ready': failed,
  'workspace.has_running_tasks': usage,
  'workspace.deleting': failed,
  'workspace.path_not_allowed': usage,
  'workspace.file_not_found': notFound,
  'workspace.git_url_refused': usage,
  'workspace.git_failed': failed,
  'task.not_found': notFound,
  'task.not_cancellable': usage,
  'task.not_final': usage,
  'task.not_pending': usage,
  'log.cursor_invalid': usage,
  'quota.exceeded': failed,
  'executor.unavailable': failed,
  'executor.refused': failed,
  'container.image_missing': failed,
  'container.image_unfit': failed,
  'container.engine_lost': failed,
  'container.busy': failed,
  'model.not_configured': failed,
  'bus.timeout': unreachable,
  'bus.payload_too_large': usage,
  'bus.unavailable': unreachable,
  'bus.refused': failed,
  'bus.unknown_method': failed,
  'storage.busy': unreachable,
  'storage.unavailable': unreachable,
  'config.invalid': usage,
  'platform.not_running': unreachable,
  'platform.already_running': usage,
  'platform.redis_missing': failed,
  'platform.start_failed': failed,
  internal: failed,
};

export function exitCodeOf(error: unknown): number {
  return error instanceof DomainError ? byCode[error.code] : failed;
}

/** How a task that has ended ends the command that watched it. */
export function exitCodeOfTask(task: Pick<Task, 'state'>): number {
  switch (task.state) {
    case 'succeeded':
      return exitCodes.done;
    case 'timed_out':
      return exitCodes.timedOut;
    case 'cancelled':
      return exitCodes.interrupted;
    case 'failed':
      return exitCodes.taskFailed;
    case 'pending':
    case 'starting':
    case 'running':
    case 'waiting_approval':
      return exitCodes.done;
  }
}
