export { taskManagerService as definition } from '@aicode/task-manager';
