import { DomainError, ErrorCode, Problem } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';
import { BadRequestException, NotFoundException, PayloadTooLargeException } from '@nestjs/common';

import { problemHeaders, problemOf, statusOf, toDomainError } from './problem.js';

describe('problemOf', () => {
  it.each(ErrorCode.options)('%s has an HTTP status that names an error, and a whole problem', (code) => {
    const problem = problemOf(new DomainError(code, 'What was wrong.'), 'req_1');
    expect(Problem.parse(problem)).toEqual(problem);
    expect(problem).toMatchObject({ code, status: statusOf[code], request_id: 'req_1', detail: 'What was wrong.' });
    expect(problem.status).toBeGreaterThanOrEqual(400);
    expect(problem.title).not.toBe('Error');
  });

  it('tells what is wrong field by field', () => {
    const fields = [{ path: 'name', message: 'is missing' }];
    expect(problemOf(new DomainError('request.invalid', 'No.', { fields }), 'r').errors).toEqual(fields);
  });
});

describe('problemHeaders', () => {
  it('says when to come back', () => {
    expect(problemHeaders(new DomainError('auth.throttled', 'Wait.', { retry_after_s: 12.3 }))).toEqual({
      'Retry-After': '13',
    });
    expect(problemHeaders(new DomainError('bus.timeout', 'Late.'))).toEqual({ 'Retry-After': '1' });
    expect(problemHeaders(new DomainError('task.not_found', 'No.'))).toEqual({});
  });

  it('says how to sign in', () => {
    expect(problemHeaders(new DomainError('auth.required', 'No.'))).toEqual({ 'WWW-Authenticate': 'Bearer' });
  });
});

describe('toDomainError', () => {
  it.each([
    [new DomainError('task.not_found', 'x'), 'task.not_found'],
    [new NotFoundException('Cannot GET /x'), 'request.not_found'],
    [new BadRequestException('bad'), 'request.malformed'],
    [new PayloadTooLargeException('big'), 'request.too_large'],
    [new URIError('%'), 'request.malformed'],
    [new Error('secret at /etc/passwd'), 'internal'],
    ['text', 'internal'],
  ])('%s becomes %s', (error, code) => {
    expect(toDomainError(error).code).toBe(code);
  });

  it('lets nothing out of an unknown error', () => {
    expect(toDomainError(new Error('secret at /etc/passwd')).message).not.toContain('secret');
  });
});
