/** Logs shaped like the data sets of the NFM paper, with structure to learn, made from a seed: no licensed data. */

import { integer, number, readOptions } from '../base/options.ts';
import { Random } from '../base/random.ts';
import type { Dataset } from './dataset.ts';
import { sampleNegatives } from './negatives.ts';
import { drawIndex, numberedFields, oneValuePerField, zipf } from './oneValuePerField.ts';

export interface ShapedOptions {
  /** Size against the original; default 0.1. */
  readonly scale?: number;
  /** Default 2016. */
  readonly seed?: number;
}

const shapedRules = { scale: number(0.1, { above: 0, max: 1 }), seed: integer(2016) };
const tastes = 8; // users and items fall into as many kinds; like meets like

/**
 * App use in context, shaped like Frappe (section 5.1 of the NFM paper): 10 fields, users with few apps each, apps
 * with a favourite time of day, two negatives per use (rule `user`), targets 1 and -1.
 */
export function frappeShaped(options?: ShapedOptions): Dataset {
  const { scale, seed } = readOptions('frappeShaped()', options, shapedRules);
  const scaled = (size: number): number => Math.max(tastes * 2, Math.round(size * scale));
  const users = scaled(957);
  const apps = scaled(4082);
  const sizes = { daytime: 7, weekday: 7, isweekend: 2, homework: 3, cost: 2, weather: 9 };
  const [countries, cities] = [scaled(80), scaled(233)];
  const map = numberedFields({ user: users, item: apps, ...sizes, country: countries, city: cities });
  const random = new Random(seed, 'frappeShaped');

  const appPopularity = zipf(Math.ceil(apps / tastes), 0.9);
  const appsOf = Array.from({ length: users }, (_, user) => {
    const list = new Set<number>();
    for (let size = 3 + random.below(14); size > 0; size--) {
      const taste = random.uniform() < 0.85 ? user % tastes : random.below(tastes);
      list.add(Math.min(apps - 1, drawIndex(appPopularity, random) * tastes + taste));
    }
    return [...list];
  });
  const userActivity = zipf(users, 0.7);
  const weather = zipf(sizes.weather, 1);
  const rows = Math.round(96_203 * scale);
  const choices = new Int32Array(rows * map.fields.length);
  for (let row = 0; row < rows; row++) {
    const user = drawIndex(userActivity, random);
    const own = appsOf[user];
    const app = own[Math.floor(random.uniform() * random.uniform() * own.length)]; // the first apps most
    const daytime = random.uniform() < 0.6 ? (app * 5 + 3) % 7 : random.below(7);
    const weekday = random.below(7);
    const isweekend = weekday < 2 ? 0 : 1; // sunday, saturday, then the workdays
    const homework = random.uniform() < 0.75 ? 0 : isweekend === 0 || daytime > 3 ? 1 : 2;
    const cost = app % 11 === 0 ? 1 : 0;
    const country = (user * 7) % countries;
    const city = random.uniform() < 0.4 ? 0 : (user * 13 + country) % cities;
    choices.set(
      [user, app, daytime, weekday, isweekend, homework, cost, drawIndex(weather, random), country, city],
      row * map.fields.length,
    );
  }
  const log = oneValuePerField(map, choices, new Float32Array(rows).fill(1), `frappeShaped, seed ${seed}`);
  return sampleNegatives(log, { field: 'item', rule: 'user', seed }).data;
}

/**
 * Tag applications (user, movie, tag), shaped like the tags of MovieLens 10M: skewed, large vocabularies, no triple
 * twice, two negatives per application (rule `pair`), targets 1 and -1.
 */
export function tagShaped(options?: ShapedOptions): Dataset {
  const { scale, seed } = readOptions('tagShaped()', options, shapedRules);
  const scaled = (size: number): number => Math.max(tastes * 4, Math.round(size * scale));
  const sizes = { user: scaled(4009), movie: scaled(7601), tag: scaled(16_529) };
  const map = numberedFields(sizes);
  const random = new Random(seed, 'tagShaped');
  const userActivity = zipf(sizes.user, 0.9);
  const moviePopularity = zipf(sizes.movie, 0.8);
  const tagPopularity = zipf(Math.ceil(sizes.tag / tastes), 1);
  const rows = Math.round(95_580 * scale);
  const seen = new Set<string>();
  const choices: number[] = [];
  while (seen.size < rows) {
    const user = drawIndex(userActivity, random);
    const movie = drawIndex(moviePopularity, random);
    // A tag follows the movie's kind, sometimes the user's habit, seldom neither.
    const u = random.uniform();
    const taste = u < 0.6 ? movie % tastes : u < 0.9 ? user % tastes : random.below(tastes);
    const tag = Math.min(sizes.tag - 1, drawIndex(tagPopularity, random) * tastes + taste);
    const triple = `${user} ${movie} ${tag}`;
    if (seen.has(triple)) continue;
    seen.add(triple);
    choices.push(user, movie, tag);
  }
  const target = new Float32Array(rows).fill(1);
  const log = oneValuePerField(map, Int32Array.from(choices), target, `tagShaped, seed ${seed}`);
  return sampleNegatives(log, { field: 'tag', rule: 'pair', item: 'movie', seed }).data;
}
