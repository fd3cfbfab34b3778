import { DomainError } from '@aicode/contracts';
import { Document, isMap, parseDocument } from 'yaml';

import { readText, replaceText } from '../private-file.js';
import type { ConfigKey } from './config-keys.js';

/**
 * A file of settings, edited in place, with its comments and its order kept: config/server.yaml, whose keys stand below their
 * groups, or the file of one group, whose keys stand by themselves.
 */
export class SettingsYaml {
  private constructor(
    readonly path: string,
    private readonly document: Document,
    private readonly group: string | null,
  ) {}

  /** DomainError config.invalid if the file is not YAML, or holds no keys. @param group the one whose keys it holds; null: all */
  static async read(path: string, group: string | null = null): Promise<SettingsYaml> {
    const document = parseDocument((await readText(path)) ?? '', { uniqueKeys: true, prettyErrors: true });
    const [error] = document.errors;
    if (error) throw new DomainError('config.invalid', `${path} is not valid YAML: ${error.message.trim()}`);
    const { contents } = document;
    if (contents !== null && !isMap(contents)) {
      throw new DomainError(
        'config.invalid',
        group === null
          ? `${path} must hold groups of keys, such as "server:" with "  port: 7780" below.`
          : `${path} must hold keys, such as "memory: 2gb".`,
      );
    }
    if (contents === null) return new SettingsYaml(path, withComment(new Document({}), document), group);
    return new SettingsYaml(path, document, group);
  }

  /** Undefined if the file does not set it. */
  get(key: ConfigKey): unknown {
    const value: unknown = this.document.getIn(this.placeOf(key));
    return isNode(value) ? value.toJS(this.document) : value;
  }

  /** What stands in the file, `group.name` each; a group that holds no names by itself. */
  paths(): string[] {
    const content: unknown = this.document.toJS();
    if (this.group !== null) return Object.keys(content ?? {}).map((name) => `${this.group}.${name}`);
    return Object.entries(content ?? {}).flatMap(([group, inner]: [string, unknown]) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner)
        ? Object.keys(inner).map((name) => `${group}.${name}`)
        : [group],
    );
  }

  set(key: ConfigKey, value: unknown): void {
    const grouped = this.group === null && !isMap(this.document.get(key.group));
    if (grouped) this.document.set(key.group, this.document.createNode({}));
    // A plain value goes into the node that is there, which keeps its comment.
    this.document.setIn(this.placeOf(key), Array.isArray(value) ? this.document.createNode(value) : value);
  }

  unset(key: ConfigKey): void {
    if (this.group !== null) return void this.document.delete(key.name);
    const group = this.document.get(key.group);
    if (!isMap(group)) return;
    group.delete(key.name);
    if (group.items.length === 0) this.document.delete(key.group);
  }

  write(): Promise<void> {
    const empty = isMap(this.document.contents) && this.document.contents.items.length === 0;
    const comment = this.document.commentBefore ?? this.document.comment;
    if (!empty) return replaceText(this.path, this.document.toString({ lineWidth: 0 }));
    return replaceText(this.path, comment ? `${comment.replace(/^/gm, '#')}\n` : '');
  }

  private placeOf(key: ConfigKey): string[] {
    return this.group === null ? [key.group, key.name] : [key.name];
  }
}

function withComment(document: Document, old: { comment: string | null; commentBefore: string | null }): Document {
  document.commentBefore = old.commentBefore ?? old.comment;
  return document;
}

function isNode(value: unknown): value is { toJS(document: Document): unknown } {
  return typeof value === 'object' && value !== null && 'toJS' in value && typeof value.toJS === 'function';
}
