import { Duplex } from 'node:stream';

import type Docker from 'dockerode';

import { engineLimits, statusOf, unless, within, withoutPaths } from './engine-client.js';
import { execOutput } from './exec-output.js';
import { labels } from './names.js';

/** What a throw-away container of an image told. */
export interface Found {
  shell: boolean;
  claude: { runs: boolean; said: string };
  socat: boolean;
  passwd: string[];
  group: string[];
}

const longestLook = 60_000;
const longestOutput = 256 * 1024;

/** With builtins of the shell alone: nothing else is asked of an image. */
const script = `say() { while IFS= read -r line; do printf '%s:%s\\n' "$1" "$line"; done; }
echo shell:yes
[ -r /etc/passwd ] && say passwd </etc/passwd
[ -r /etc/group ] && say group </etc/group
command -v socat >/dev/null && echo socat:yes
text=$(/opt/claude/claude --version 2>&1); code=$?
echo "$text" | say said
echo "claude:$code"`;

/** Runs the image once, without network, root or a file that can be written. */
export async function lookInside(
  docker: Docker,
  imageId: string,
  mounts: { source: string; target: string }[],
  homeId: string,
): Promise<Found> {
  const container = await within(engineLimits.create, (abortSignal) =>
    docker.createContainer({
      Image: imageId,
      Labels: { [labels.home]: homeId, [labels.check]: 'image' },
      User: '65534:65534',
      WorkingDir: '/',
      Entrypoint: ['/bin/sh', '-c', script],
      Cmd: [],
      Env: ['HOME=/tmp'],
      Healthcheck: { Test: ['NONE'] },
      AttachStdout: true,
      AttachStderr: true,
      HostConfig: {
        Init: true,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        ReadonlyRootfs: true,
        Memory: 1024 ** 3,
        MemorySwap: 1024 ** 3,
        PidsLimit: 128,
        Tmpfs: { '/tmp': 'rw,nosuid,nodev,size=64m,mode=1777' },
        NetworkMode: 'none',
        LogConfig: { Type: 'none', Config: {} },
        Mounts: mounts.map(({ source, target }) => ({ Type: 'bind', Source: source, Target: target, ReadOnly: true })),
      },
      abortSignal,
    }),
  );
  try {
    return readFound(await run(container));
  } finally {
    await unless(
      [404, 409],
      within(engineLimits.remove, () => container.remove({ force: true, v: true })),
    );
  }
}

/** What it printed; nothing if it could not even start. */
async function run(container: Docker.Container): Promise<string> {
  const stream = await within(engineLimits.question, () =>
    container.attach({ stream: true, stdout: true, stderr: true, hijack: true }),
  );
  if (!(stream instanceof Duplex)) throw new Error('the engine gave no stream');
  const { stdout, stderr, ended } = execOutput(stream, false);
  stderr?.resume();
  let text = '';
  stdout.setEncoding('utf8').on('data', (chunk: string) => {
    if (text.length < longestOutput) text += chunk;
  });
  try {
    await within(engineLimits.stop, () => container.start());
    await within(longestLook, () => ended);
    return text;
  } catch (error) {
    // No such file: the engine's own answer to an image without a shell.
    if (statusOf(error) === 400 || statusOf(error) === 404) return '';
    throw error;
  } finally {
    stream.destroy();
  }
}

function readFound(text: string): Found {
  const lines = text.split('\n');
  const all = (key: string): string[] =>
    lines.filter((line) => line.startsWith(`${key}:`)).map((line) => line.slice(key.length + 1));
  return {
    shell: all('shell').length > 0,
    claude: { runs: all('claude')[0] === '0', said: withoutPaths(all('said').join(' ')).slice(0, 200) },
    socat: all('socat').length > 0,
    passwd: all('passwd'),
    group: all('group'),
  };
}
