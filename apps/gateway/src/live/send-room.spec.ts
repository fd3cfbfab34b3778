import { EventEmitter } from 'node:events';

import { describe, expect, it } from '@jest/globals';

import { SendRoom } from './send-room.js';

const never = new AbortController().signal;

async function state(promise: Promise<void>): Promise<'done' | 'waiting'> {
  return Promise.race([
    promise.then(() => 'done' as const),
    new Promise<'waiting'>((resolve) => setImmediate(() => resolve('waiting'))),
  ]);
}

describe('SendRoom', () => {
  it('makes the sender wait until what it made is on its way', async () => {
    const connection = new EventEmitter();
    const room = new SendRoom(connection);
    expect(await state(room.wait(never))).toBe('done');
    connection.emit('packetCreate');
    const waiting = room.wait(never);
    expect(await state(waiting)).toBe('waiting');
    connection.emit('flush');
    expect(await state(waiting)).toBe('done');
    expect(await state(room.wait(never))).toBe('done');
  });

  it.each(['close', 'abort', 'stop'])('waits no longer after a %s', async (how) => {
    const connection = new EventEmitter();
    const room = new SendRoom(connection);
    const stopping = new AbortController();
    connection.emit('packetCreate');
    const waiting = room.wait(stopping.signal);
    if (how === 'close') connection.emit('close');
    else if (how === 'abort') stopping.abort();
    else room.stop();
    expect(await state(waiting)).toBe('done');
    room.stop();
    expect(connection.eventNames()).toEqual([]);
  });
});
