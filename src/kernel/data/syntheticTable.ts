/** A small table with every kind of field: for samples of schemas and tests of readers. */

import { integer, readOptions } from '../base/options.ts';
import { Random } from '../base/random.ts';
import { drawIndex, zipf } from './oneValuePerField.ts';
import { categorical, defineSchema, hashed, multiValued, numeric, target } from './schema.ts';

/** The schema of `mixed`: categorical, weighted multi-valued, numeric with missing cells, numeric in buckets, hashed. */
export const mixedSchema = defineSchema({
  fields: {
    user: categorical(),
    city: categorical({ minCount: 3, missing: 'value' }),
    genres: multiValued({ weighted: true }),
    income: numeric({ transform: 'log1p', missing: 'indicator' }),
    age: numeric({ buckets: 5 }),
    device: hashed(32),
  },
  target: target('rating'),
});

const genres = ['drama', 'comedy', 'action', 'documentary', 'animation', 'horror'];

/**
 * The table as CSV text with a header, to be read with `mixedSchema`.
 * @param options `rows` (default 2000) and `seed` (default 2016)
 */
export function mixed(options?: { readonly rows?: number; readonly seed?: number }): string {
  const { rows, seed } = readOptions('mixed()', options, { rows: integer(2000, { min: 1 }), seed: integer(2016) });
  const random = new Random(seed, 'mixed');
  const users = zipf(200, 1);
  const cities = zipf(40, 1.3);
  const lines = ['user,city,genres,income,age,device,rating'];
  for (let row = 0; row < rows; row++) {
    const user = drawIndex(users, random);
    const city = random.uniform() < 0.05 ? '' : `"city ${drawIndex(cities, random)}, north"`; // quoted: it has a comma
    const list = genres.filter(() => random.uniform() < 0.35).map((genre) => `${genre}:${1 + random.below(4)}`);
    const income = random.uniform() < 0.1 ? '' : String(Math.round(20_000 * Math.exp(0.6 * random.normal())));
    const age = 18 + random.below(60);
    const like = (user % 3) - 1 + (list.includes('drama:4') ? 1 : 0) + 0.3 * random.normal();
    const rating = Math.min(5, Math.max(1, Math.round(3 + like)));
    lines.push([`u${user}`, city, list.join('|'), income, age, `device-${random.below(500)}`, rating].join(','));
  }
  return `${lines.join('\n')}\n`;
}
