/** JSON with parts missing or of another kind, as strangers and other versions may have left it. */

import fc from 'fast-check';

/** What may stand where another thing was expected. */
const junk = fc.oneof(
  fc.constantFrom(
    null,
    undefined,
    true,
    '',
    0,
    -1,
    0.5,
    1e308,
    -1e308,
    1e9,
    '<img src=x onerror=alert(1)>',
    '__proto__',
  ),
  fc.constantFrom([], {}, [null], [[]], [{}], { length: 5 }, { a: 1e9 }),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Places of a JSON value, as paths. */
const pathsOf = (value: unknown, path: readonly string[] = []): (readonly string[])[] => [
  path,
  ...(typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, part]) => pathsOf(part, [...path, key]))
    : []),
];

/** The value with something else at a place; `undefined` takes the place away. */
function withPart(value: unknown, [key, ...rest]: readonly string[], part: unknown): unknown {
  if (key === undefined) return part;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  copy[key] = withPart(copy[key], rest, part);
  if (copy[key] === undefined) Array.isArray(copy) ? copy.splice(Number(key), 1) : delete copy[key];
  return copy;
}

/** The value after one or two such changes. */
export function damaged(value: unknown): fc.Arbitrary<unknown> {
  const change = fc.tuple(fc.constantFrom(...pathsOf(value)), junk);
  return fc.array(change, { minLength: 1, maxLength: 2 }).map((changes) =>
    changes.reduce((now: unknown, [path, part]) => {
      try {
        return withPart(now, path, part);
      } catch {
        return now; // the first change took away the place of the second
      }
    }, value),
  );
}
