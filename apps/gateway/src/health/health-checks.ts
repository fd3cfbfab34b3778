import {
  containersRpc,
  DomainError,
  healthRpc,
  services,
  type DependencyHealth,
  type Readiness,
  type ServiceName,
} from '@aicode/contracts';
import { ServiceContext } from '@aicode/service-kit';
import { Injectable } from '@nestjs/common';

import { engineHealth, readiness, type ServiceAnswer } from './readiness.js';

/** Anybody may ask: the services are not asked more often than this. */
const keepMs = 1000;

@Injectable()
export class ReadinessChecks {
  private last: { at: number; answer: Promise<Readiness> } | undefined;

  constructor(private readonly context: ServiceContext) {}

  check(): Promise<Readiness> {
    if (!this.last || performance.now() - this.last.at > keepMs) {
      this.last = { at: performance.now(), answer: this.ask() };
    }
    return this.last.answer;
  }

  private async ask(): Promise<Readiness> {
    const [answers, engine] = await Promise.all([
      Promise.all(services.map((service) => this.askService(service))),
      this.askEngine(),
    ]);
    return readiness(answers, engine);
  }

  private async askService(service: ServiceName): Promise<ServiceAnswer> {
    try {
      if (service === 'gateway') return { service, dependencies: await this.context.health.run() };
      return await this.context.rpc.client(healthRpc(service)).check({});
    } catch (error) {
      return { service, unreachable: whyOf(error, service) };
    }
  }

  private async askEngine(): Promise<DependencyHealth> {
    try {
      return engineHealth(await this.context.rpc.client(containersRpc).engine({}));
    } catch (error) {
      return { name: 'docker-engine', state: 'degraded', reason: whyOf(error, 'docker-manager') };
    }
  }
}

function whyOf(error: unknown, service: ServiceName): string {
  return error instanceof DomainError ? error.message : `The ${service} service cannot be asked; its log says why.`;
}
