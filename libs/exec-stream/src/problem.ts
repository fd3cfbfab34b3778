import { DomainError, Problem, WireError, fromWireError } from '@aicode/contracts';

/** An error of ours (WireError) or of the gateway (Problem) from the text of an answer; anything else is `executor.unavailable`. */
export function errorOf(status: number, body: string): DomainError {
  const json = parsed(body);
  const wire = WireError.safeParse(json);
  if (wire.success) return fromWireError(wire.data);
  const problem = Problem.safeParse(json);
  if (problem.success) {
    return new DomainError(problem.data.code, problem.data.detail, { fields: problem.data.errors });
  }
  return unavailable(`The executor answered with status ${status} and no reason.`);
}

export function unavailable(what: string, cause?: unknown): DomainError {
  return new DomainError(
    'executor.unavailable',
    `${what} Check that docker-manager runs and can be reached, then try again.`,
    {},
    { cause },
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
