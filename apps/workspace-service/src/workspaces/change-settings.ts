import {
  ContainerSettings,
  DomainError,
  containerProblems,
  type DockerConfig,
  type UpdateWorkspace,
} from '@aicode/contracts';

type Change = NonNullable<UpdateWorkspace['container']>;

/** What is named replaces what was; null gives a setting back to the configuration. Pure. */
export function changeSettings(before: ContainerSettings, change: Change): ContainerSettings {
  const named = Object.entries(change).filter(([, value]) => value !== undefined);
  return settingsOf({ ...before, ...Object.fromEntries(named) });
}

/**
 * The administrator's limits are about what somebody asks for now: a newer limit does not make an old setting wrong.
 * @throws DomainError request.invalid, with each setting that is beyond them
 */
export function refuseBeyondLimits(asked: Change, config: DockerConfig): void {
  const fields = containerProblems(settingsOf(asked), config);
  const [first] = fields;
  if (first === undefined) return;
  throw new DomainError('request.invalid', `The workspace is not valid: ${first.path} ${first.message}.`, { fields });
}

function settingsOf(values: Record<string, unknown>): ContainerSettings {
  const set = Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
  return ContainerSettings.parse(Object.fromEntries(set));
}
