import {
  containersRpc,
  DomainError,
  healthRpc,
  services,
  type DependencyHealth,
  type EngineState,
  type Readiness,
  type ServiceName,
} from '@aicode/contracts';
import { ServiceContext } from '@aicode/service-kit';
import { Injectable } from '@nestjs/common';

import { engineHealth, readiness, type ServiceAnswer } from './readiness.js';

/** Anybody may ask: the services are not asked more often than this. */
const keepMs = 1000;

/** What the services and the engine said when they were asked last. */
export interface Looked {
  answers: ServiceAnswer[];
  /** Null if docker-manager does not answer. */
  engine: EngineState | null;
  engineHealth: DependencyHealth;
}

@Injectable()
export class ReadinessChecks {
  private last: { at: number; answer: Promise<Looked> } | undefined;

  constructor(private readonly context: ServiceContext) {}

  async check(): Promise<Readiness> {
    const { answers, engineHealth: engine } = await this.look();
    return readiness(answers, engine);
  }

  look(): Promise<Looked> {
    if (!this.last || performance.now() - this.last.at > keepMs) {
      this.last = { at: performance.now(), answer: this.ask() };
    }
    return this.last.answer;
  }

  private async ask(): Promise<Looked> {
    const [answers, engine] = await Promise.all([
      Promise.all(services.map((service) => this.askService(service))),
      this.askEngine(),
    ]);
    return { answers, ...engine };
  }

  private async askService(service: ServiceName): Promise<ServiceAnswer> {
    try {
      if (service === 'gateway') return { service, dependencies: await this.context.health.run() };
      return await this.context.rpc.client(healthRpc(service)).check({});
    } catch (error) {
      return { service, unreachable: whyOf(error, service) };
    }
  }

  private async askEngine(): Promise<Pick<Looked, 'engine' | 'engineHealth'>> {
    try {
      const engine = await this.context.rpc.client(containersRpc).engine({});
      return { engine, engineHealth: engineHealth(engine) };
    } catch (error) {
      const reason = whyOf(error, 'docker-manager');
      return { engine: null, engineHealth: { name: 'docker-engine', state: 'degraded', reason } };
    }
  }
}

function whyOf(error: unknown, service: ServiceName): string {
  return error instanceof DomainError ? error.message : `The ${service} service cannot be asked; its log says why.`;
}
