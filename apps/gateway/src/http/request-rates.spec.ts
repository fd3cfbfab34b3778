import { describe, expect, it } from '@jest/globals';

import { RequestRates, requestRate } from './request-rates.js';

describe('RequestRates', () => {
  it('stops one who is too fast, and nobody else', () => {
    const rates = new RequestRates();
    const flood = (): void => {
      for (let i = 0; i < requestRate.burst * 3; i += 1) rates.take('user 1');
    };
    expect(flood).toThrow(expect.objectContaining({ code: 'request.rate_limited', details: { retry_after_s: 1 } }));
    rates.take('user 2');
  });

  it('forgets who was slow before it knows too many, and nobody who was fast', () => {
    const rates = new RequestRates();
    for (let i = 0; i < requestRate.burst; i += 1) rates.take('flood');
    for (let i = 0; i < 20_000; i += 1) rates.take(`user ${i}`);
    const goOn = (): void => {
      for (let i = 0; i < requestRate.burst; i += 1) rates.take('flood');
    };
    expect(goOn).toThrow('Too many requests');
  });
});
