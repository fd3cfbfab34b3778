import { describe, expect, it } from '@jest/globals';

import { Turnstile } from './turnstile.js';

/** Work that ends when it is told to, and what has begun so far. */
function works(turnstile: Turnstile) {
  const begun: string[] = [];
  const begin = (key: string, name: string) => {
    let finish: (error?: Error) => void = () => undefined;
    const ended = new Promise<void>((resolve, reject) => {
      finish = (error) => (error ? reject(error) : resolve());
    });
    const passed = turnstile.pass(key, () => {
      begun.push(name);
      return ended;
    });
    return { passed, finish };
  };
  return { begun, begin };
}

describe('a turnstile', () => {
  it('lets as many work at once as there are places, and the next one in when one is done', async () => {
    const { begun, begin } = works(new Turnstile({ atWork: 2, atWorkOfOne: 2, waiting: 5 }));
    const [one, two, three] = [begin('a', '1'), begin('b', '2'), begin('c', '3')];
    await Promise.resolve();
    expect(begun).toEqual(['1', '2']);
    one.finish(new Error('broken'));
    await expect(one.passed).rejects.toThrow('broken');
    expect(begun).toEqual(['1', '2', '3']);
    two.finish();
    three.finish();
    await Promise.all([two.passed, three.passed]);
  });

  it('keeps places free from one that asks again and again', async () => {
    const { begun, begin } = works(new Turnstile({ atWork: 3, atWorkOfOne: 1, waiting: 5 }));
    const all = [begin('a', 'a1'), begin('a', 'a2'), begin('a', 'a3'), begin('b', 'b1')];
    await Promise.resolve();
    expect(begun).toEqual(['a1', 'b1']);
    for (const { passed, finish } of all) {
      finish();
      await passed;
    }
    expect(begun).toEqual(['a1', 'b1', 'a2', 'a3']);
  });

  it('turns away who comes when too many wait', async () => {
    const { begin } = works(new Turnstile({ atWork: 1, atWorkOfOne: 1, waiting: 1 }));
    const [one, two] = [begin('a', '1'), begin('a', '2')];
    await expect(begin('b', '3').passed).rejects.toMatchObject({ code: 'storage.busy' });
    one.finish();
    two.finish();
    await Promise.all([one.passed, two.passed]);
  });
});
