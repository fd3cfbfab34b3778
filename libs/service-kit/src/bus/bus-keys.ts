import type { ServiceName } from '@aicode/contracts';

/** Every Redis key and channel of the bus. */
export const busKeys = {
  /** Stream of a service's requests. */
  requests: (service: ServiceName): string => `bus:${service}:requests`,
  /** Channel of one boot of a caller; `boot` is random. */
  replies: (boot: string): string => `bus:reply:${boot}`,
  /** Channel of an event. */
  event: (name: string): string => `bus:event:${name}`,
};

/** The one consumer group of each stream. */
export const replicaGroup = 'replicas';
/** One name for all readers: with NOACK nothing is kept by consumer, and names of dead replicas would pile up. */
export const replicaName = 'replica';

const replyChannel = /^bus:reply:[A-Za-z0-9_-]{16,64}$/;

/** True if answers may go there. What asks for an answer elsewhere must not make us speak on other channels. */
export function isReplyChannel(channel: string): boolean {
  return replyChannel.test(channel);
}
