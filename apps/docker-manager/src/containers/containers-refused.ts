import { DomainError } from '@aicode/contracts';

export function withoutEngine(): DomainError {
  return new DomainError(
    'executor.unavailable',
    'This platform runs programs in sandboxed processes, not in containers (executor.kind is process).',
  );
}

export function uncountable(): DomainError {
  return new DomainError('container.engine_lost', 'The Docker engine is not there: nobody knows what runs on it.');
}

export function homeTooLong(): DomainError {
  return new DomainError(
    'config.invalid',
    'The path of AICLI_HOME is too long: the sockets below it would not fit into 107 bytes. Set AICLI_HOME to a shorter path.',
  );
}
