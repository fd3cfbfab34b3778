import { filesRoutes, filesRpc, type FileContent, type FileList, type WorkspaceDiff } from '@aicode/contracts';
import { ServiceContext } from '@aicode/service-kit';
import { Controller } from '@nestjs/common';

import { Input, Route } from '../http/route.decorator.js';
import type { RouteInput } from '../http/route-input.js';

type Routes = typeof filesRoutes;

@Controller()
export class FilesController {
  private readonly files;

  constructor(context: ServiceContext) {
    this.files = context.rpc.client(filesRpc);
  }

  @Route(filesRoutes.list)
  list(@Input() { params, query }: RouteInput<Routes['list']>): Promise<FileList> {
    return this.files.list({ workspace_id: params.id, path: query.path });
  }

  @Route(filesRoutes.read)
  read(@Input() { params, query }: RouteInput<Routes['read']>): Promise<FileContent> {
    return this.files.read({ workspace_id: params.id, path: query.path });
  }

  @Route(filesRoutes.diff)
  diff(@Input() { params }: RouteInput<Routes['diff']>): Promise<WorkspaceDiff> {
    return this.files.diff({ workspace_id: params.id });
  }
}
