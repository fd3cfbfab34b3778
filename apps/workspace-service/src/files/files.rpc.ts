import { filesRpc, type FileContent, type FileList, type WorkspaceDiff } from '@aicode/contracts';
import { requirePermission, RpcHandler, type CallContext } from '@aicode/service-kit';
import { Controller } from '@nestjs/common';
import type { z } from 'zod';

import { FilesService } from './files.service.js';

type Input<M extends keyof typeof filesRpc> = z.output<(typeof filesRpc)[M]['input']>;

@Controller()
export class FilesRpc {
  constructor(private readonly files: FilesService) {}

  @RpcHandler(filesRpc.list)
  async list(input: Input<'list'>, call: CallContext): Promise<FileList> {
    requirePermission(call.actor, 'workspaces.read');
    return this.files.list(input.workspace_id, input.path, call.actor);
  }

  @RpcHandler(filesRpc.read)
  async read(input: Input<'read'>, call: CallContext): Promise<FileContent> {
    requirePermission(call.actor, 'workspaces.read');
    return this.files.read(input.workspace_id, input.path, call.actor);
  }

  @RpcHandler(filesRpc.diff)
  async diff(input: Input<'diff'>, call: CallContext): Promise<WorkspaceDiff> {
    requirePermission(call.actor, 'workspaces.read');
    return this.files.diff(input.workspace_id, call.actor);
  }
}
