import { Controller, Res } from '@nestjs/common';
import type { Response } from 'express';

import { version } from '../health/version.js';
import { Input, Route } from '../http/route.decorator.js';
import type { RouteInput } from '../http/route-input.js';
import { namedRoutes } from '../served-routes.js';
import { docsPage, docsPolicy } from './docs-page.js';
import { openapiDocument } from './openapi-document.js';
import { openapiRoutes } from './openapi.routes.js';

@Controller()
export class OpenapiController {
  private readonly openapi = openapiDocument(namedRoutes, version);
  private readonly page = docsPage(this.openapi, namedRoutes);

  @Route(openapiRoutes.document)
  document(): Promise<object> {
    return Promise.resolve(this.openapi);
  }

  @Route(openapiRoutes.docs)
  docs(@Input() _input: RouteInput<typeof openapiRoutes.docs>, @Res() response: Response): Promise<void> {
    response.setHeader('Content-Security-Policy', docsPolicy);
    response.type('html').send(this.page);
    return Promise.resolve();
  }
}
