/**
 * Markup that no data can break out of. Elements are made by `element()` alone; a text among the children is text, and
 * markup is a class of its own that no JSON can forge.
 */

import { escapeText } from '../../kernel/format/escapeText.ts';

/** Finished markup. Made by `element()` and `joined()`. */
export class Markup {
  readonly #text: string;
  constructor(text: string, key: symbol) {
    if (key !== made) throw new Error('markup is made by element()');
    this.#text = text;
  }
  toString(): string {
    return this.#text;
  }
}

const made = Symbol('made by element()');

export type Child = Markup | string | number | null | undefined | false | readonly Child[];

/** Absent for undefined, null and false; without a value for true; numbers with two decimals. */
export type Attributes = { readonly [name: string]: string | number | boolean | null | undefined };

/** Elements that may be written `<rect/>` in SVG; HTML elements always get an end tag. */
const leaves: ReadonlySet<string> = new Set(['rect', 'line', 'path', 'circle']);

/**
 * An element of SVG or HTML.
 * @throws Error for a name that is none, and for attributes that run or load something: views make no links or scripts
 */
export function element(tag: string, attributes: Attributes, ...children: readonly Child[]): Markup {
  if (!/^[a-z][a-zA-Z0-9]*$/.test(tag) || /^(script|style|iframe|foreignObject)$/i.test(tag))
    throw new Error(`a view makes no element "${tag}"`);
  const parts = Object.entries(attributes).flatMap(([name, value]) => attribute(name, value));
  const inside = textOf(children);
  return inside === '' && leaves.has(tag)
    ? new Markup(`<${[tag, ...parts].join(' ')}/>`, made)
    : new Markup(`<${[tag, ...parts].join(' ')}>${inside}</${tag}>`, made);
}

function attribute(name: string, value: Attributes[string]): readonly string[] {
  if (value === undefined || value === null || value === false) return [];
  if (!/^[a-z][a-zA-Z-]*$/.test(name) || /^on|^(href|src|srcdoc|style)$/i.test(name))
    throw new Error(`a view sets no attribute "${name}"`);
  if (value === true) return [`${name}=""`];
  return [`${name}="${escapeText(typeof value === 'number' ? coordinate(value) : value)}"`];
}

/** Children side by side. */
export const joined = (...children: readonly Child[]): Markup => new Markup(textOf(children), made);

function textOf(child: Child): string {
  if (child === null || child === undefined || child === false) return '';
  if (child instanceof Markup) return child.toString();
  if (Array.isArray(child)) return child.map(textOf).join('');
  return escapeText(String(child));
}

/** Two decimals are finer than any screen, and keep files short and comparable. */
export const coordinate = (x: number): string => (Number.isFinite(x) ? String(Math.round(x * 100) / 100) : '0');
