export { authService as definition } from '@aicode/auth';
