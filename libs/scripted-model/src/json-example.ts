import { isObject, listOf, stringOf, type JsonObject } from './json-shape.js';

/** The smallest value that an object schema accepts: required properties only, the first of what is allowed. */
export function exampleOf(schema: JsonObject): JsonObject {
  const properties = isObject(schema.properties) ? schema.properties : {};
  return Object.fromEntries(
    listOf(schema.required)
      .map(stringOf)
      .map((name) => [name, exampleValue(properties[name])]),
  );
}

function exampleValue(schema: unknown): unknown {
  if (!isObject(schema)) return null;
  const allowed = listOf(schema.enum);
  if (allowed.length > 0) return allowed[0];
  switch (schema.type) {
    case 'object':
      return exampleOf(schema);
    case 'array':
      return [];
    case 'boolean':
      return true;
    case 'number':
    case 'integer':
      return 0;
    case 'string':
      return 'scripted';
    default:
      return null;
  }
}
