import { authRoutes, authRpc, type Tokens, type WebSession, type WebSessionState } from '@aicode/contracts';
import { ServiceContext } from '@aicode/service-kit';
import { Controller, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';

import { Input, Route } from '../http/route.decorator.js';
import type { RouteInput } from '../http/route-input.js';
import { SealedRequests } from './sealed-requests.js';
import { giveCookies, takeCookiesBack } from './web-cookies.js';
import { isOver, WebSessions } from './web-sessions.js';

/** Sessions of browsers: the same as those of programs, but the tokens are in cookies. */
@Controller()
export class WebSessionController {
  private readonly auth;
  private readonly config;

  constructor(
    context: ServiceContext,
    private readonly sealed: SealedRequests,
    private readonly sessions: WebSessions,
  ) {
    this.auth = context.rpc.client(authRpc);
    this.config = context.config;
  }

  @Route(authRoutes.webSession)
  state(@Input() _input: RouteInput<typeof authRoutes.webSession>, @Req() request: Request): Promise<WebSessionState> {
    return this.sessions.state(request);
  }

  @Route(authRoutes.webSessionLogin)
  async login(
    @Input() { body }: RouteInput<typeof authRoutes.webSessionLogin>,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<WebSession> {
    return this.begun(await this.auth.login(await this.sealed.of(body, request)), response);
  }

  @Route(authRoutes.webSessionSetup)
  async setup(
    @Input() { body }: RouteInput<typeof authRoutes.webSessionSetup>,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<WebSession> {
    return this.begun(await this.auth.setup(await this.sealed.of(body, request)), response);
  }

  @Route(authRoutes.webSessionRefresh)
  async refresh(
    @Input() _input: RouteInput<typeof authRoutes.webSessionRefresh>,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<WebSession> {
    const tokens = await this.sessions.refresh(request).catch((error: unknown) => {
      if (isOver(error)) takeCookiesBack(response, this.config);
      throw error;
    });
    return this.begun(tokens, response);
  }

  @Route(authRoutes.webSessionLogout)
  async logout(
    @Input() _input: RouteInput<typeof authRoutes.webSessionLogout>,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    await this.sessions.end(request);
    takeCookiesBack(response, this.config);
  }

  private begun(tokens: Tokens, response: Response): WebSession {
    giveCookies(response, tokens, this.config);
    return { user: tokens.user, expires_in: tokens.expires_in };
  }
}
