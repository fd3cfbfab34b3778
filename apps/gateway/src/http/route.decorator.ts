import type { Route as ContractRoute } from '@aicode/contracts';
import {
  applyDecorators,
  createParamDecorator,
  Delete,
  Get,
  HttpCode,
  Patch,
  Post,
  SetMetadata,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import type { z } from 'zod';

import { fullPath } from './api-path.js';
import type { RouteInput } from './route-input.js';

const routeKey = 'aicode:route';
const reflector = new Reflector();
const verbs = { GET: Get, POST: Post, PATCH: Patch, DELETE: Delete };

type Handler<R extends ContractRoute> = (
  input: RouteInput<R>,
  ...rest: never[]
) => Promise<z.output<NonNullable<R['response']>> | void>;

/** Serves a route of the contract: its method, path and status; who may call it and how its input is checked follow from it too. */
export function Route<R extends ContractRoute>(route: R) {
  return <H extends Handler<R>>(
    target: object,
    name: string | symbol,
    descriptor: TypedPropertyDescriptor<H>,
  ): void => {
    const decorators = [verbs[route.method](fullPath(route)), HttpCode(route.status), SetMetadata(routeKey, route)];
    applyDecorators(...decorators)(target, name, descriptor);
  };
}

/** The contract's route that a handler serves; undefined for a handler without one, which then nobody may call. */
export function routeOf(context: ExecutionContext): ContractRoute | undefined {
  return reflector.get<ContractRoute | undefined>(routeKey, context.getHandler());
}

/** The request's checked input, as RouteInput of the handler's route. */
export const Input = createParamDecorator((_: unknown, context: ExecutionContext): unknown => {
  return context.switchToHttp().getRequest<Request>().routeInput;
});
