import { EventEmitter } from 'node:events';

import { describe, expect, it } from '@jest/globals';

import { SendBacklog } from './send-backlog.js';

describe('SendBacklog', () => {
  it('is too long when a client reads nothing, and not when it does', () => {
    const connection = new EventEmitter();
    const backlog = new SendBacklog(connection);
    const make = (count: number): void => {
      for (let i = 0; i < count; i += 1) connection.emit('packetCreate');
    };
    make(5000);
    expect(backlog.isTooLong).toBe(false);
    connection.emit('flush');
    make(5000);
    expect(backlog.isTooLong).toBe(false);
    make(1);
    expect(backlog.isTooLong).toBe(true);
  });

  it('leaves the connection when it stops', () => {
    const connection = new EventEmitter();
    new SendBacklog(connection).stop();
    expect(connection.eventNames()).toEqual([]);
  });
});
