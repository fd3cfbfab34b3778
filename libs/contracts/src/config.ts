import { z } from 'zod';

import { DockerConfig } from './docker-config.js';
import { Duration, Size, timerRule } from './primitives.js';
import { NodeName } from './turns.js';

const port = z.coerce.number().int().min(0).max(65_535);
const count = z.coerce.number().int().positive();
const flag = z.union([z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })]);
/** A list; from the environment separated by commas. */
const list = z.union([
  z.array(z.string()),
  z.string().transform((value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  ),
]);
const modelPrice = /^[\w.:/@-]+=\d+(\.\d+)?(\/\d+(\.\d+)?){3}$/;
const absolutePath = z.string().regex(/^\//, 'must be an absolute path');

/**
 * config/server.yaml, each key also as AICLI_<GROUP>_<KEY>. Durations are written as 30s, 15m, 2h (milliseconds inside),
 * sizes as 512kb, 1mb (bytes inside). docs/configuration.md is made from the descriptions here.
 */
export const ServerConfig = z.strictObject({
  server: z
    .strictObject({
      host: z.string().default('127.0.0.1').describe('Address that the gateway listens on'),
      port: port.default(7780).describe('Port of the gateway; 0 takes a free one'),
      public_url: z
        .url({ protocol: /^https?$/ })
        .optional()
        .describe('How people reach it, if not by host and port; its host is then accepted too'),
      cors_origins: list.default([]).describe('Web origins, beside its own, that may call the API'),
      max_body: Size.default(1024 ** 2).describe('Largest request body'),
      max_json_depth: count.default(32).describe('Deepest nesting of a JSON body'),
      web_dir: absolutePath
        .optional()
        .describe('Folder of the built dashboard; apps/web/dist of this installation if it is not set'),
      request_timeout: Duration.default(30_000).describe('How long a client may take to send its request'),
    })
    .prefault({}),
  log: z
    .strictObject({
      level: z
        .enum(['debug', 'info', 'warn', 'error', 'silent'])
        .default('info')
        .describe("Least level of the platform's own log"),
    })
    .prefault({}),
  redis: z
    .strictObject({
      url: z
        .string()
        .regex(/^(rediss?|unix):\/\//, 'must begin with redis://, rediss:// or unix://')
        .optional()
        .describe('Redis to use; `aicli up` starts a private one if it is not set'),
    })
    .prefault({}),
  database: z
    .strictObject({
      url: z
        .string()
        .regex(/^(sqlite|postgres(ql)?):\/?\/?/, 'must begin with sqlite: or postgres://')
        .optional()
        .describe('SQL database; data/aicli.db under AICLI_HOME if it is not set'),
    })
    .prefault({}),
  bus: z
    .strictObject({
      timeout: Duration.default(10_000).describe('How long a caller waits for an answer'),
      max_payload: Size.default(4 * 1024 ** 2).describe('Largest request or answer between services'),
      handlers: count.default(64).describe('Requests that one replica works on at once'),
    })
    .prefault({}),
  auth: z
    .strictObject({
      access_ttl: Duration.default(900_000).describe('Life of an access token'),
      idle_timeout: Duration.default(30 * 86_400_000).describe('A session unused for so long ends'),
      absolute_timeout: Duration.default(90 * 86_400_000).describe('A session ends after this time, used or not'),
      first_admin: z
        .enum(['local', 'link'])
        .default('link')
        .describe(
          'First administrator: `local` makes one and leaves its credential in AICLI_HOME (0600), `link` prints a one-time set-up link',
        ),
      max_failures: count
        .default(10)
        .describe('Failed sign-ins per account or address in the window before it is throttled'),
      failure_window: Duration.default(900_000).describe('Window of max_failures'),
    })
    .prefault({}),
  workspaces: z
    .strictObject({
      allowed_roots: list.default([]).describe('Folders below which local paths may become workspaces'),
      sandbox_uid: z.coerce
        .number()
        .int()
        .min(1)
        .default(10_001)
        .describe('Owner of workspaces that the platform makes, when it runs as root'),
      clone_timeout: Duration.default(600_000).describe('Longest git clone'),
      git_allow_loopback: flag.default(false).describe('Accept git URLs that lead to this machine'),
      slots: count.max(16).default(1).describe('Tasks that may run at once in a new workspace'),
    })
    .prefault({}),
  tasks: z
    .strictObject({
      default_timeout: Duration.default(3_600_000).describe('Time limit of an attempt if the task names none'),
      max_timeout: Duration.default(86_400_000)
        .refine(timerRule.fits, timerRule.message)
        .describe('Largest time limit that a task may name'),
      max_attempts: count.max(10).default(3).describe('Attempts of a task if it names none'),
      backoff_base: Duration.default(5_000).describe('Wait before the second attempt; doubles each time, with jitter'),
      backoff_max: Duration.default(600_000).describe('Longest wait between attempts'),
    })
    .prefault({}),
  queue: z
    .strictObject({
      lease_ttl: Duration.default(15_000).describe('A runner not heard of for so long has lost its attempt'),
      lease_margin: Duration.default(5_000).describe('Grace on top before its attempt is ended'),
      reconcile_every: Duration.default(2_000).describe('How often pending work and lost attempts are looked for'),
      job_lock: Duration.default(30_000).describe("Life of BullMQ's lock on a job"),
    })
    .prefault({}),
  runner: z
    .strictObject({
      node: NodeName.default('local').describe('Name of the node that this runner serves'),
      max_sessions: count.max(1000).default(4).describe('Tasks that run at once on this node'),
      silence_timeout: Duration.default(300_000).describe(
        'A CLI that says nothing for so long, with no tool at work, hangs',
      ),
      kill_grace: Duration.default(5_000).describe('From the polite end of a CLI to the hard one'),
      stop_grace: Duration.default(10_000).describe('How long running tasks may go on when the platform stops'),
      cli_retries: z.coerce
        .number()
        .int()
        .min(0)
        .max(10)
        .default(0)
        .describe(
          "The CLI's own retries of a model request. They hold the slot while they wait; the platform's own retries do not",
        ),
      cli_path: absolutePath
        .optional()
        .describe('Claude CLI to run; the one that comes with the Agent SDK if it is not set'),
    })
    .prefault({}),
  executor: z
    .strictObject({
      kind: z
        .enum(['auto', 'docker', 'process'])
        .default('auto')
        .describe(
          'Where tasks run: in Docker containers, in sandboxed processes, or in containers if an engine answers',
        ),
      process_unsandboxed: flag
        .default(false)
        .describe('Run tasks without bubblewrap when it is missing. They then see what their user sees'),
      max_processes: count.default(512).describe('Processes of a sandbox'),
    })
    .prefault({}),
  docker: DockerConfig.prefault({}),
  model: z
    .strictObject({
      base_url: z
        .url({ protocol: /^https?$/ })
        .default('https://api.anthropic.com')
        .describe('The Messages API that the model proxy speaks to'),
      api_key_file: absolutePath.optional().describe('File (0600) that holds the API key; ANTHROPIC_API_KEY otherwise'),
      auth_token_file: absolutePath
        .optional()
        .describe('File (0600) that holds a bearer token; ANTHROPIC_AUTH_TOKEN or CLAUDE_CODE_OAUTH_TOKEN otherwise'),
      first_byte_timeout: Duration.default(120_000).describe('A model request unanswered for so long is cut'),
      stream_idle_timeout: Duration.default(60_000).describe('A model stream silent for so long is cut'),
      max_request: Size.default(32 * 1024 ** 2).describe('Largest model request'),
      max_concurrent: count
        .default(32)
        .describe('Model requests under way at once with this credential; further ones wait'),
      prices: list
        .default([])
        .refine(
          (prices) => prices.every((entry) => modelPrice.test(entry)),
          'must hold entries like claude-opus-4=15/75/1.5/18.75',
        )
        .describe(
          'Prices beside those of the Claude models, each as <beginning of the model name>=<input>/<output>/<cache read>/<cache write>, in US dollars for a million tokens',
        ),
    })
    .prefault({}),
  logs: z
    .strictObject({
      max_line: Size.default(1024 ** 2).describe('A longer line is cut, with its size said'),
      max_attempt: Size.default(256 * 1024 ** 2).describe('An attempt that logs more is ended'),
      batch_delay: Duration.default(20).describe('Longest wait of a line for its batch'),
      batch_lines: count.default(256).describe('Lines in a batch'),
      batch_bytes: Size.default(256 * 1024).describe('Bytes in a batch'),
      window_lines: count.default(20_000).describe('Lines that may wait for SQL before the CLI is made to wait'),
      window_bytes: Size.default(32 * 1024 ** 2).describe('Bytes that may wait for SQL before the CLI is made to wait'),
      stream_grace: Duration.default(300_000).describe("How long an ended task's live log stays in Redis"),
    })
    .prefault({}),
  health: z
    .strictObject({
      port: port
        .optional()
        .describe('Port for liveness and readiness of a service that runs alone (Kubernetes probes)'),
    })
    .prefault({}),
});
export type ServerConfig = z.output<typeof ServerConfig>;
export type ServerConfigInput = z.input<typeof ServerConfig>;

/** Environment variables that begin with AICLI_ and are not keys of the config. */
export const plainEnvironment = [
  'AICLI_HOME',
  'AICLI_SERVER',
  'AICLI_TOKEN',
  'AICLI_CONFIG',
  'AICLI_SERVICES',
  'AICLI_PLATFORM',
] as const;
