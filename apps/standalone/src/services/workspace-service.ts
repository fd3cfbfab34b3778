export { workspaceService as definition } from '@aicode/workspace-service';
