import { isDeepStrictEqual } from 'node:util';

import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

const definitions = '#/$defs/';
const components = '#/components/schemas/';

/**
 * Turns zod schemas into JSON Schema 2020-12 (what OpenAPI 3.1 speaks). Schemas with an id (`.meta({ id })`) are gathered here
 * and referred to, so that each has one name in the document.
 */
export class SchemaComponents {
  readonly schemas: Record<string, JsonSchema> = {};

  /** `input` is what a caller may send, `output` what is answered. */
  convert(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const { $defs = {}, ...own } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
    for (const [name, definition] of Object.entries($defs)) this.keep(name, pointToComponents(definition));
    return asSchema(pointToComponents(own));
  }

  private keep(name: string, definition: unknown): void {
    const schema = asSchema(definition);
    const known = this.schemas[name];
    if (known && !isDeepStrictEqual(known, schema)) throw new Error(`two different schemas are called ${name}`);
    this.schemas[name] = schema;
  }
}

function asSchema(value: unknown): JsonSchema {
  // The dialect is OpenAPI 3.1's own, and the id is the component's name.
  const entries = Object.entries(z.record(z.string(), z.unknown()).parse(value));
  return Object.fromEntries(entries.filter(([key]) => key !== '$schema' && key !== 'id'));
}

function pointToComponents(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pointToComponents);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) =>
      key === '$ref' && typeof inner === 'string'
        ? [key, inner.replace(definitions, components)]
        : [key, pointToComponents(inner)],
    ),
  );
}
