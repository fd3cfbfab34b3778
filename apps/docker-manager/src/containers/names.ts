import { createHash } from 'node:crypto';
import { resolve } from 'node:path';

/** What the platform writes on its containers. */
export const labels = {
  home: 'io.aicode.home',
  workspace: 'io.aicode.workspace',
  room: 'io.aicode.room',
  disk: 'io.aicode.disk',
  spec: 'io.aicode.spec',
  /** On an image: the version of the Claude CLI in it. On a container: a throw-away that looks at an image. */
  claude: 'io.aicode.claude',
  check: 'io.aicode.check',
} as const;

/** Two platforms may share an engine: by this each knows its own. */
export function homeId(home: string): string {
  return createHash('sha256').update(resolve(home)).digest('hex').slice(0, 16);
}

export function containerName(workspaceId: string, room: number): string {
  return `aicode-${workspaceId}-${room}`;
}

/** Filter of the engine's lists and events for what is ours. */
export function ours(home: string): { label: string[] } {
  return { label: [`${labels.home}=${homeId(home)}`] };
}
