export { claudeRunnerService as definition } from '@aicode/claude-runner';
