import { ApiError, ServerUnreachable, type ApiClient } from '@aicode/api-client';
import type { Readiness } from '@aicode/contracts';
import { safeText, type Style } from '@aicode/log-view';

import { ServerCommand } from '../base-command.js';
import { exitCodes } from '../exit-codes.js';
import { readPlatformState, type PlatformState } from '../platform/platform-state.js';
import { facts } from '../terminal/table.js';
import { ageWords } from '../terminal/time-words.js';

interface StatusResult {
  server: string;
  /** The process on this machine; null if the server is another, or does not run. */
  process: PlatformState | null;
  version: string;
  readiness: Readiness;
  /** Tasks by state (200 are counted at most); null if one has to sign in to see them. */
  tasks: { running: number; queued: number } | null;
}

const styles: Record<Readiness['dependencies'][number]['state'], [string, Style]> = {
  up: ['✔', { fg: 2 }],
  degraded: ['!', { fg: 3 }],
  down: ['✖', { fg: 1 }],
};
const words: Record<Readiness['status'], string> = {
  ready: 'ready',
  degraded: 'works, but not as it should',
  not_ready: 'does not work',
};
const mostCounted = 200;

export default class Status extends ServerCommand {
  static override description =
    'Show how the platform is: its process, everything that it depends on, its tasks. Exit code 0 if it works, 1 if not, 5 if it does not answer.';
  static override examples = ['<%= config.bin %> status'];

  async run(): Promise<StatusResult> {
    const { flags } = await this.parse(Status);
    const address = await this.findServer(flags.server);
    const client = await this.client(flags);
    const { version } = await client.health.live();
    const result = {
      server: client.server,
      process: address.local ? readPlatformState(this.files.platformState) : null,
      version,
      readiness: await client.health.ready(),
      tasks: await countTasks(client),
    };
    this.show(result);
    if (result.readiness.status === 'not_ready') process.exitCode = exitCodes.taskFailed;
    return result;
  }

  private show({ server, process: ours, version, readiness, tasks }: StatusResult): void {
    const { paint } = this.stdout;
    this.say(
      ...facts([
        ['Platform', `${server} ${words[readiness.status]}`],
        ['Version', version],
        ['Process', ours && `${ours.pid}, started ${ageWords(ours.started_at)}`],
        ['Model', ours?.demo_model ? 'demo: a script, not an AI' : null],
        ['Tasks', tasks && `${atMost(tasks.running)} running, ${atMost(tasks.queued)} queued`],
      ]),
      '',
      ...readiness.dependencies.map(({ name, state, reason }) => {
        const [sign, style] = styles[state];
        return `${paint(sign, style)} ${safeText(name)}${reason === null ? '' : `: ${safeText(reason)}`}`;
      }),
    );
    if (tasks === null) this.note('Sign in to see its tasks: aicli login');
  }
}

function atMost(count: number): string {
  return count === mostCounted ? `${count} or more` : String(count);
}

async function countTasks(client: ApiClient): Promise<StatusResult['tasks']> {
  const count = async (state: 'running' | 'starting' | 'pending'): Promise<number> =>
    (await client.tasks.list({ state, limit: mostCounted })).items.length;
  try {
    const [running, starting, queued] = await Promise.all([count('running'), count('starting'), count('pending')]);
    return { running: Math.min(running + starting, mostCounted), queued };
  } catch (error) {
    // What is down is said already.
    if (error instanceof ApiError || error instanceof ServerUnreachable) return null;
    throw error;
  }
}
