import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { newId, type Claim } from '@aicode/contracts';
import { processesNaming, until } from '@aicode/testing';

import { secretKey, useTurns } from '../fixtures/turn-stack.js';
import { endingOf, type StopReason } from './attempt-end.js';

const turns = useTurns();

describe('a turn of the real Claude CLI', () => {
  it('writes a file and runs a command in the workspace, and its log says so', async () => {
    const run = await turns.run('#write hello.txt hi there\n#bash cat hello.txt && id -u\n#say All done.');
    const facts = await run.facts;
    expect(endingOf(facts)).toMatchObject({ outcome: 'succeeded' });
    expect(await readFile(join(run.project, 'hello.txt'), 'utf8')).toContain('hi there');
    const log = await run.log();
    expect(log.map((entry) => entry.seq)).toEqual(log.map((_, index) => index + 1));
    const words = log.map((entry) => entry.message);
    expect(words.some((message) => message.startsWith('Claude Code has started'))).toBe(true);
    expect(words).toContain('Bash: cat hello.txt && id -u');
    expect(words).toContain('All done.');
    expect(JSON.stringify(log)).toContain('hi there10001');
    const file = await run.file();
    expect(
      file
        .trim()
        .split('\n')
        .every((line) => JSON.parse(line)),
    ).toBe(true);
    await run.started;
  });

  it('never shows the sandbox the credential, and the model only the credential', async () => {
    const run = await turns.run(
      '#bash env; cat /proc/self/environ /proc/1/environ 2>/dev/null; ls /run/aicli\n#say done',
    );
    await run.facts;
    expect(JSON.stringify(await run.log())).toContain('ANTHROPIC_AUTH_TOKEN=aicli-');
    expect(JSON.stringify(await run.log())).not.toContain(secretKey);
    expect(turns.model.requests.at(-1)?.credential?.value).toBe(secretKey);
  });

  it('goes on in the same conversation at a later attempt', async () => {
    const workspace = await turns.workspace();
    const claim: Claim = {
      attempt_id: newId('attempt'),
      attempt: 1,
      task_id: newId('task'),
      workspace_id: workspace.id,
      project_path: workspace.project,
      container: {},
      command: '#write one.txt first\n#fail 529 times=1\n#write two.txt second\n#say Both are there.',
      model: null,
      session_id: crypto.randomUUID(),
      timeout_ms: 60_000,
      cost_before_usd: 0,
      max_cost_usd: null,
      persisted_seq: 0,
    };
    const first = await turns.runClaim(claim, workspace);
    expect(endingOf(await first.facts)).toMatchObject({ outcome: 'failed', code: 'model_overloaded' });
    const second = await turns.runClaim({ ...claim, attempt: 2, attempt_id: newId('attempt') }, workspace);
    expect(endingOf(await second.facts)).toMatchObject({ outcome: 'succeeded' });
    expect(await readFile(join(workspace.project, 'two.txt'), 'utf8')).toContain('second');
    expect(turns.model.requests.filter((request) => request.sessionId === claim.session_id).length).toBeGreaterThan(2);
  });

  it.each([
    ['429 with retry-after', '#fail 429 retry_after=7', 'model_rate_limited', 7000],
    ['529', '#fail 529', 'model_overloaded', null],
    ['500', '#fail 500', 'model_overloaded', null],
    ['401', '#fail 401', 'model_refused_credential', null],
    ['a dropped connection', '#drop before_headers', 'model_unreachable', null],
  ])('ends by its rule on %s', async (name, script, code, retryAfter) => {
    const run = await turns.run(`${script}\n#say never ${name}`);
    expect(endingOf(await run.facts)).toMatchObject({ outcome: 'failed', code, retry_after_ms: retryAfter });
    expect(processesNaming(run.project)).toEqual([]);
  });

  it('recovers by itself from a stream that drops once', async () => {
    const run = await turns.run('#drop mid_stream times=1\n#say recovered after the drop');
    expect(endingOf(await run.facts)).toMatchObject({ outcome: 'succeeded' });
  });

  it.each([
    ['before it answers', '#stall before_headers'],
    ['in the middle of its answer', '#stall mid_stream'],
  ])('cuts a model that falls silent %s', async (name, script) => {
    const config = { model: { first_byte_timeout: 500, stream_idle_timeout: 500 } };
    const run = await turns.run(`${script}\n#say never ${name}`, { config });
    const ending = endingOf(await run.facts);
    expect(ending).toMatchObject({ outcome: 'failed', code: 'model_unreachable' });
    expect(ending.reason).toContain('silent');
  });

  it('says what to do when no credential is configured', async () => {
    const run = await turns.run('#say never', { env: {} });
    const ending = endingOf(await run.facts);
    expect(ending).toMatchObject({ code: 'model_refused_credential' });
    expect(ending.reason).toContain('ANTHROPIC_API_KEY');
  });

  it.each<[StopReason, string]>([
    ['cancelled', 'cancelled'],
    ['runner_stopping', 'failed'],
    ['lease_lost', 'failed'],
  ])('stopped because of %s: ends, and nothing of it remains', async (reason, outcome) => {
    const gate = `stop-${reason}`;
    const word = `987${outcome.length}${reason.length}`;
    const run = await turns.run(
      `#bash (setsid timeout ${word} tail -f /dev/null >/dev/null 2>&1 &); echo started\n#gate ${gate}\n#say never`,
    );
    await turns.model.waitForGate(gate, { timeoutMs: 30_000 });
    await until(() => processesNaming(`timeout ${word}`).length > 0);
    run.stop.abort(reason);
    expect(endingOf(await run.facts)).toMatchObject({ outcome });
    expect(processesNaming(`timeout ${word}`)).toEqual([]);
  });

  it('is cancelled before it has begun', async () => {
    const run = await turns.run('#say never');
    run.stop.abort('cancelled' satisfies StopReason);
    expect(endingOf(await run.facts)).toMatchObject({ outcome: 'cancelled' });
  });

  it('does not begin where it was stopped before', async () => {
    const stop = new AbortController();
    stop.abort('runner_stopping' satisfies StopReason);
    const run = await turns.run('#say never', { stop });
    expect(endingOf(await run.facts)).toMatchObject({ outcome: 'failed', code: 'runner_stopping' });
    expect(processesNaming(run.project)).toEqual([]);
  });

  it('ends at its time limit, in the middle of a command', async () => {
    const run = await turns.run('#bash timeout 98765 tail -f /dev/null\n#say never', { claim: { timeout_ms: 4000 } });
    expect(endingOf(await run.facts)).toMatchObject({ outcome: 'timed_out' });
    expect(processesNaming('98765')).toEqual([]);
  });

  it('takes a long silent command for work, not for a hang', async () => {
    const run = await turns.run('#bash timeout 3 tail -f /dev/null; echo waited\n#say patience', {
      config: { runner: { silence_timeout: 1000 } },
    });
    expect(endingOf(await run.facts)).toMatchObject({ outcome: 'succeeded' });
  });

  it('ends an attempt whose log grows too large', async () => {
    const run = await turns.run('#bash head -c 200000 /dev/zero | tr "\\0" x\n#say never', {
      config: { logs: { max_attempt: 20_000 } },
    });
    expect(endingOf(await run.facts)).toMatchObject({ code: 'log_too_large' });
  });

  it('reports a project that may not be run', async () => {
    const workspace = await turns.workspace();
    const run = await turns.run('#say never', { claim: { project_path: join(workspace.project, 'missing') } });
    const ending = endingOf(await run.facts);
    expect(ending).toMatchObject({ outcome: 'failed' });
    expect(ending.reason).not.toBe('');
  });
});

describe('a CLI that misbehaves', () => {
  const init = `echo '{"type":"system","subtype":"init"}'`;

  it('and says nothing more, with no tool at work, hangs', async () => {
    const cli = await turns.faultyCli(`${init}\nexec tail -f /dev/null`);
    const run = await turns.run('hang', { cli, config: { runner: { silence_timeout: 400 } } });
    expect(endingOf(await run.facts)).toMatchObject({ outcome: 'failed', code: 'hang' });
    expect(processesNaming(run.project)).toEqual([]);
  });

  it('and crashes, is reported with its exit code and last words', async () => {
    const cli = await turns.faultyCli(`${init}\necho 'out of luck' >&2\nexit 3`);
    const run = await turns.run('crash', { cli });
    const ending = endingOf(await run.facts);
    expect(ending).toMatchObject({ outcome: 'failed', code: 'cli_failed' });
    expect(ending.reason).toContain('exit code 3 before it had finished: out of luck');
  });

  it('and prints what is not JSON, half a character and a line without end, is logged and cut', async () => {
    const cli = await turns.faultyCli(
      [
        init,
        `printf 'plain \\355\\225\\n'`,
        `head -c 3000000 /dev/zero | tr '\\0' x`,
        'echo',
        `echo '{"type":"result","subtype":"success","is_error":false}'`,
      ].join('\n'),
    );
    const run = await turns.run('noise', { cli });
    expect(endingOf(await run.facts)).toMatchObject({ outcome: 'succeeded' });
    const log = await run.log();
    expect(log.map((entry) => entry.source)).toEqual(['claude', 'output', 'output', 'claude']);
    expect(log[1]?.message).toBe('plain \ufffd');
    expect(log[2]?.message.length).toBeLessThan(1_100_000);
    expect(log[2]?.message).toContain('[cut: the line has 3000000 bytes]');
  });

  it('and never exits after its result, is helped to its end', async () => {
    const cli = await turns.faultyCli(
      `${init}\necho '{"type":"result","subtype":"success","is_error":false}'\ntrap '' TERM\nexec tail -f /dev/null`,
    );
    const run = await turns.run('stay', { cli, config: { runner: { kill_grace: 300 } } });
    expect(endingOf(await run.facts)).toMatchObject({ outcome: 'succeeded' });
    expect(processesNaming(run.project)).toEqual([]);
  });

  it.each([
    ['on stderr', `yes "$(head -c 2000 /dev/zero | tr '\\0' x)" >&2`],
    ['in a line without an end', "tr '\\0' x < /dev/zero"],
  ])('and floods %s, is ended at the bound of its output', async (_name, flood) => {
    const cli = await turns.faultyCli(`${init}\n${flood}`);
    const run = await turns.run('flood', { cli, config: { logs: { max_attempt: 2_000_000 } } });
    expect(endingOf(await run.facts)).toMatchObject({ code: 'log_too_large' });
    expect((await run.file()).length).toBeLessThan(2_100_000);
  });

  it('and fills a line with control characters, is cut by what it takes as JSON', async () => {
    const cli = await turns.faultyCli(`${init}\nhead -c 900000 /dev/zero | tr '\\0' '\\1'\necho\nexit 1`);
    const run = await turns.run('controls', { cli });
    await run.facts;
    const largest = Math.max(...(await run.log()).map((entry) => JSON.stringify(entry).length));
    expect(largest).toBeLessThan(1_200_000);
  });

  it('and reports a cost that is none, still comes to its end', async () => {
    const cli = await turns.faultyCli(
      `${init}\necho '{"type":"result","subtype":"success","is_error":false,"total_cost_usd":-1}'`,
    );
    const run = await turns.run('cost', { cli });
    expect(endingOf(await run.facts)).toMatchObject({ outcome: 'succeeded' });
  });
});
