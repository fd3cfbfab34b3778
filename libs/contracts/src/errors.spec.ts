import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { DomainError, fromWireError, parseOrThrow, toWireError } from './errors.js';

describe('errors', () => {
  it('cross the bus intact', () => {
    const error = new DomainError('auth.throttled', 'Too many tries.', {
      retry_after_s: 30,
      fields: [{ path: 'a', message: 'b' }],
    });
    const back = fromWireError(toWireError(error));
    expect(back).toBeInstanceOf(DomainError);
    expect(back).toMatchObject({ code: error.code, message: error.message, details: error.details });
  });

  it('do not carry the text of what we did not expect', () => {
    const wire = toWireError(new Error('ENOENT: /home/alice/secret'));
    expect(wire.code).toBe('internal');
    expect(JSON.stringify(wire)).not.toContain('alice');
  });

  it('name each field that does not fit', () => {
    const schema = z.strictObject({ name: z.string(), size: z.object({ width: z.number() }) });
    try {
      parseOrThrow(schema, { name: 1, size: {} }, 'request');
      throw new Error('parsed');
    } catch (error) {
      expect(error).toMatchObject({
        code: 'request.invalid',
        details: { fields: [{ path: 'name' }, { path: 'size.width' }] },
      });
    }
    expect(() => parseOrThrow(z.string(), 1, 'name')).toThrow('The name is not valid:');
    expect(parseOrThrow(z.string(), 'a', 'name')).toBe('a');
  });
});
