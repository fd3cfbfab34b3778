export { gatewayService as definition } from '@aicode/gateway';
