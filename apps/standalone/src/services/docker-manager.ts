export { dockerManagerService as definition } from '@aicode/docker-manager';
