import type { RpcMethod } from '@aicode/contracts';
import { Catch, UseFilters, type ExceptionFilter } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { throwError, type Observable } from 'rxjs';
import type { z } from 'zod';

import type { CallContext } from './call-context.js';

type Handler<I extends z.ZodType, O extends z.ZodType> = (
  input: z.output<I>,
  call: CallContext,
) => z.input<O> | Promise<z.input<O>>;

/** Nest would turn an error that it does not know into a text; the bus wants it as it is. */
@Catch()
class KeepError implements ExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

const keepError = new KeepError();

/**
 * Makes a method of a controller the one that answers this request: `(input, call) => output`. The bus validates the
 * input before and the output after by the contract's schemas. The method throws DomainError for what the caller should know.
 */
export function RpcHandler<I extends z.ZodType, O extends z.ZodType>(method: RpcMethod<I, O>) {
  return <T extends Handler<I, O>>(target: object, name: string, descriptor: TypedPropertyDescriptor<T>): void => {
    MessagePattern(method.pattern, { rpc: method })(target, name, descriptor);
    UseFilters(keepError)(target, name, descriptor);
    Payload()(target, name, 0);
    Ctx()(target, name, 1);
  };
}

/** The contract that @RpcHandler left with a handler's pattern. */
export function contractOf(extras: Record<string, unknown> | undefined): RpcMethod | undefined {
  const rpc = extras?.['rpc'];
  return isRpcMethod(rpc) ? rpc : undefined;
}

function isRpcMethod(value: unknown): value is RpcMethod {
  return typeof value === 'object' && value !== null && 'pattern' in value && 'input' in value && 'output' in value;
}
