import { resolveContainer, type Claim, type DomainError, type FailureCode, type ServerConfig } from '@aicode/contracts';
import type { ExecExit } from '@aicode/sandbox';

import { missingCredentialMessage } from '../model-proxy/credential.js';
import type { ModelFailure } from '../model-proxy/proxied-process.js';

/** What an attempt may use: for the words that say it was not enough. */
export interface Allowed {
  workspace: string;
  /** Of its container, in bytes. */
  memory: number;
  disk: number;
  /** Of the whole task, in US dollars; null: no limit. */
  costUsd: number | null;
}

export function allowedTo(claim: Claim, config: ServerConfig): Allowed {
  const { memory, disk } = resolveContainer(claim.container, config.docker);
  return { workspace: claim.workspace_id, memory, disk, costUsd: claim.max_cost_usd };
}

/** Something took an attempt away: what, and in words for people what to do. */
export interface Loss {
  code: FailureCode;
  reason: string;
  /** As the model asked. */
  retryAfterMs?: number | null;
}

/** What ended the process from outside. */
export function containerLoss(why: NonNullable<ExecExit['reason']>, allowed: Allowed): Loss {
  switch (why) {
    case 'oom':
      return {
        code: 'out_of_memory',
        reason: `A program of this task needed more memory than the container has (${sizeInWords(allowed.memory)}), and the task was ended by that. Give the workspace more: aicli workspace update ${allowed.workspace} --memory ${twice(allowed.memory)}.`,
      };
    case 'disk_full':
      return {
        code: 'disk_full',
        reason: `The disk of the workspace is full (${sizeInWords(allowed.disk)}), so its container was stopped. Remove files that nobody needs, or give it more: aicli workspace update ${allowed.workspace} --disk ${twice(allowed.disk)}.`,
      };
    case 'engine_lost':
      return {
        code: 'engine_lost',
        reason: 'The Docker engine, or the connection to it, was lost while this attempt ran.',
      };
  }
}

export function budgetLoss({ costUsd }: Allowed): Loss {
  const budget = costUsd === null ? '' : ` of $${costUsd}`;
  return {
    code: 'budget_exceeded',
    reason: `The budget${budget} is used up (max_cost_usd). What was done until then is kept; a new task with a larger budget can go on from there.`,
  };
}

/** The program could not be started at all. */
export function startLoss({ code, message }: DomainError): Loss {
  return { code: code === 'container.engine_lost' ? 'engine_lost' : 'executor_unavailable', reason: message };
}

/** @param words of the CLI */
export function modelLoss({ status, kind, retryAfterMs }: ModelFailure, words: string): Loss {
  if (kind === 'no_credential') return { code: 'model_refused_credential', reason: missingCredentialMessage };
  if (kind === 'silent')
    return { code: 'model_unreachable', reason: 'The model fell silent in the middle of its answer.' };
  if (kind === 'unreachable' || status === null)
    return { code: 'model_unreachable', reason: 'The connection to the model API failed.' };
  if (status === 401 || status === 403)
    return {
      code: 'model_refused_credential',
      reason: `The model API refused the credential (${status}). Check the API key of the platform.`,
    };
  if (status === 429)
    return { code: 'model_rate_limited', reason: `The model API's rate limit was reached (429).`, retryAfterMs };
  if (status === 529 || status >= 500)
    return {
      code: 'model_overloaded',
      reason: `The model API is overloaded or failing (${status}).`,
      retryAfterMs,
    };
  return { code: 'model_error', reason: `The model API refused the request (${status}). ${words}`.trim() };
}

const units = ['B', 'KB', 'MB', 'GB', 'TB'];

/** `2 GB`, `1.5 GB`. */
export function sizeInWords(bytes: number): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${Math.round((bytes / 1024 ** power) * 10) / 10} ${units[power]}`;
}

/** As the command line takes it. */
function twice(bytes: number): string {
  const megabytes = Math.ceil((2 * bytes) / 1024 ** 2);
  return megabytes % 1024 === 0 ? `${megabytes / 1024}g` : `${megabytes}m`;
}
