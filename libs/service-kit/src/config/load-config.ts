import { dirname, join } from 'node:path';

import { DomainError, plainEnvironment, ServerConfig, type FieldProblem } from '@aicode/contracts';

import { homePaths } from '../home/paths.js';
import { redactText } from '../log/redact.js';
import { problemOf } from './check-value.js';
import { configGroups, configKeys, type ConfigKey } from './config-keys.js';
import { nearest } from './nearest.js';
import { isMap, readYaml } from './read-yaml.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Some keys by group; values as in the file (`{ server: { port: 0 }, bus: { timeout: '2s' } }`). */
export type ConfigOverrides = { [G in keyof ServerConfig]?: { [K in keyof ServerConfig[G]]?: unknown } };

export interface ConfigSources {
  home: string;
  env?: Environment;
  overrides?: ConfigOverrides;
}

interface Found {
  key: ConfigKey;
  value: unknown;
  /** The file, the variable or the option that the value is from. */
  source: string;
}

/**
 * Defaults < config/server.yaml (or the file that AICLI_CONFIG names) and docker.yaml beside it < AICLI_… variables <
 * overrides. Everything that is wrong is found before the first service starts: DomainError `config.invalid`, whose text has a line for each problem.
 */
export function loadConfig({ home, env = process.env, overrides = {} }: ConfigSources): ServerConfig {
  const file = env['AICLI_CONFIG'] || homePaths(home).serverYaml;
  const dockerFile = join(dirname(file), 'docker.yaml');
  const problems: FieldProblem[] = [];
  const { docker, ...server } = readYaml(file);
  if (docker !== undefined) problems.push(elsewhere(file, dockerFile));
  const fromFile = [
    ...inGroups(server, file, problems),
    ...inGroup('docker', readYaml(dockerFile), dockerFile, problems),
  ];
  const fromEnvironment = inEnvironment(env, problems);
  const fromOverrides = inGroups(overrides, 'command line', problems);

  const values = new Map<string, Found>();
  for (const found of [...fromFile, ...fromEnvironment, ...fromOverrides]) {
    const problem = problemOf(found.key.schema, found.value);
    if (problem === undefined) values.set(found.key.path, found);
    else problems.push(describe(found, problem));
  }
  if (problems.length > 0) throw invalid(problems);
  return ServerConfig.parse(grouped([...values.values()]));
}

function inGroups(content: Record<string, unknown>, source: string, problems: FieldProblem[]): Found[] {
  return Object.entries(content).flatMap(([group, keys]) => {
    if (!configGroups.includes(group)) {
      problems.push(unknown(source, group, nearest(group, configGroups)));
      return [];
    }
    if (keys === undefined || keys === null) return [];
    if (!isMap(keys)) {
      problems.push({ path: group, message: `${source}: ${group} must hold keys below it, found ${show(keys)}` });
      return [];
    }
    return inGroup(group, keys, source, problems);
  });
}

function inGroup(group: string, keys: Record<string, unknown>, source: string, problems: FieldProblem[]): Found[] {
  return Object.entries(keys).flatMap(([name, value]) => {
    const key = configKeys.find((known) => known.group === group && known.name === name);
    if (key) return value === undefined ? [] : [{ key, value, source }];
    const path = `${group}.${name}`;
    const paths = configKeys.map((known) => known.path);
    problems.push(unknown(source, path, nearest(path, paths)));
    return [];
  });
}

function inEnvironment(env: Environment, problems: FieldProblem[]): Found[] {
  const plain: readonly string[] = plainEnvironment;
  const names = [...plain, ...configKeys.map((key) => key.variable)];
  return Object.entries(env).flatMap(([variable, value]) => {
    if (!variable.startsWith('AICLI_') || value === undefined || plain.includes(variable)) return [];
    const key = configKeys.find((known) => known.variable === variable);
    if (key) return [{ key, value, source: `environment variable ${variable}` }];
    problems.push(unknown('environment', variable, nearest(variable, names)));
    return [];
  });
}

function grouped(found: Found[]): Record<string, Record<string, unknown>> {
  const groups: Record<string, Record<string, unknown>> = {};
  for (const { key, value } of found) {
    groups[key.group] = { ...groups[key.group], [key.name]: value };
  }
  return groups;
}

function unknown(source: string, path: string, near: string | undefined): FieldProblem {
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  return { path, message: `${source}: ${path} is not a key of the config${hint}` };
}

/** Two places for one key would make a riddle of which one holds. */
function elsewhere(file: string, dockerFile: string): FieldProblem {
  return {
    path: 'docker',
    message: `${file}: the keys of docker belong in ${dockerFile}, without "docker:" above them`,
  };
}

function describe({ key, value, source }: Found, problem: string): FieldProblem {
  return { path: key.path, message: `${source}: ${key.path} ${problem}, found ${show(value)}` };
}

/** A value for an error's text: short, and without the password of a URL. */
function show(value: unknown): string {
  const text = redactText(JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function invalid(problems: FieldProblem[]): DomainError {
  const lines = problems.slice(0, 20).map((problem) => `  ${problem.message}`);
  return new DomainError('config.invalid', `The configuration is not valid:\n${lines.join('\n')}`, {
    fields: problems,
  });
}
