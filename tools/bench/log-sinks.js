/** Where the log bench writes to: a task's log as its runner does, or a stream of Redis without anything of ours. */
import { clearInterval, clearTimeout, setInterval } from 'node:timers';

import { encodeLine, LogStore, LogWriter } from '@aicode/task-log';

/** As apps/claude-runner writes: a LogWriter with the configured limits, under a lease that is renewed. */
export async function taskSink({ runner, config }, claim) {
  const { batch_delay, batch_lines, batch_bytes, window_lines, window_bytes } = config.logs;
  const store = new LogStore(runner.context.redis.shared);
  const { task_id: taskId, attempt, persisted_seq: persistedSeq } = claim;
  const writer = await LogWriter.open(
    store,
    { taskId, attempt, persistedSeq },
    {
      batchDelayMs: batch_delay,
      batchLines: batch_lines,
      batchBytes: batch_bytes,
      windowLines: window_lines,
      windowBytes: window_bytes,
    },
  );
  let lost = null;
  void writer.lost.then((reason) => (lost = reason));
  const renewal = setInterval(() => {
    store.renewLease(taskId, attempt, config.queue.lease_ttl).then(
      ({ persisted }) => writer.persisted(persisted),
      () => undefined, // the append tells of a lease that is lost
    );
  }, config.queue.lease_ttl / 5);
  return {
    write: (message) => writer.write(line(message)),
    ready: () => writer.ready(),
    end: async () => {
      const data = { outcome: 'succeeded', code: null, reason: null, retry_after_ms: null, usage: null };
      await writer.end({ ...line('Done.'), source: 'end', data });
      if (lost) throw new Error(`the log was lost: ${lost}`);
    },
    close: () => {
      clearInterval(renewal);
      writer.giveUp('the bench is over');
    },
  };
}

/** XADD in pipelines that follow the LogWriter's rule: so many lines, or so long after the first. */
export function bareSink({ runner, config }, key) {
  const redis = runner.context.redis.shared;
  let seq = 0;
  let held = [];
  let timer;
  let sending = Promise.resolve();
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const batch = held.splice(0);
    if (batch.length === 0) return;
    sending = sending.then(async () => {
      const pipeline = redis.pipeline();
      for (const [id, json] of batch) pipeline.xadd(key, id, 'a', '1', 'e', json);
      for (const [error] of await pipeline.exec()) if (error) throw error;
    });
  };
  return {
    write: (message) => {
      seq += 1;
      held.push([`${seq}-0`, encodeLine(line(message))]);
      if (held.length >= config.logs.batch_lines) flush();
      else timer ??= setTimeout(flush, config.logs.batch_delay);
    },
    ready: async () => undefined,
    end: async () => {
      flush();
      await sending;
    },
    close: () => clearTimeout(timer),
  };
}

function line(message) {
  return { time: new Date().toISOString(), level: 'info', source: 'output', message, data: null };
}
