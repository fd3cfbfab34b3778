import { spawn } from 'node:child_process';

/** What is kept of the tools' complaints. */
const maxWords = 2000;

/**
 * Removes a directory with all that is in it. The files may be hostile and still have a writer: rm walks by open directories
 * and follows no symlink, also not one that is put in its way meanwhile (Node's own rm looks first and goes by path then).
 * Does nothing if it is not there. Rejects with what could not be removed, or the signal's reason.
 */
export async function removeTree(path: string, signal: AbortSignal): Promise<void> {
  const remove = () => run('rm', ['-rf', '--one-file-system', '--', path], signal);
  if ((await remove()) === null) return;
  // As an ordinary user we cannot look into directories whose owner (we, in a sandbox) took away his own rights.
  await run('chmod', ['-R', 'u+rwX', '--', path], signal);
  const words = await remove();
  if (words !== null) throw new Error(`a workspace's directory could not be removed: ${words}`);
}

/** Null if it went well, else what the program said. */
async function run(program: string, args: string[], signal: AbortSignal): Promise<string | null> {
  signal.throwIfAborted();
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    cwd: '/',
  });
  const end = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', end, { once: true });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (words.length < maxWords) words += text;
  });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    signal.throwIfAborted();
    return code === 0 ? null : words.slice(0, maxWords);
  } finally {
    signal.removeEventListener('abort', end);
  }
}
