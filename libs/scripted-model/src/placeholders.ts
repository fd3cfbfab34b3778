import { isObject } from './json-shape.js';
import type { Block } from './scenario.js';

export type Values = Record<string, string>;

/** Puts values for `{{name}}` into a block's texts and tool input; an unknown name stays as it is written. */
export function fillBlock(block: Block, values: Values): Block {
  if ('text' in block) return { text: fill(block.text, values) };
  if ('thinking' in block) return { thinking: fill(block.thinking, values) };
  if ('gate' in block) return block;
  const { name, input } = block.tool_use;
  return { tool_use: { name, input: fillObject(input, values) } };
}

const fill = (text: string, values: Values): string =>
  text.replaceAll(/\{\{(\w+)\}\}/g, (written, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? '') : written,
  );

const fillObject = (input: Record<string, unknown>, values: Values): Record<string, unknown> =>
  Object.fromEntries(Object.entries(input).map(([key, value]) => [key, fillValue(value, values)]));

function fillValue(value: unknown, values: Values): unknown {
  if (typeof value === 'string') return fill(value, values);
  if (Array.isArray(value)) return value.map((each) => fillValue(each, values));
  return isObject(value) ? fillObject(value, values) : value;
}
