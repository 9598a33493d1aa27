import { beforeAll, describe, expect, test } from 'vitest';
import { parseCsv } from '../../../src/kernel/data/csv.ts';
import type { Dataset } from '../../../src/kernel/data/dataset.ts';
import { columnsOf } from '../../../src/kernel/data/schema.ts';
import {
  categorical,
  defineSchema,
  encode,
  fit,
  fitDictionary,
  fm,
  hashed,
  importLibfm,
  loadModel,
  nfm,
  numeric,
  type Run,
  target,
} from '../../../src/kernel/index.ts';
import { temporaryFolder } from '../data/temporary.ts';

const files = temporaryFolder();
const schema = defineSchema({
  fields: { user: categorical(), item: categorical({ minCount: 2 }), weather: categorical({ missing: 'value' }) },
  target: target('rating'),
});

/** Users u0 .. u9 with items i0 .. i29 of which each has some, a rare item, and a rating of 0 that nobody gave. */
const lines = ['user,item,weather,rating'];
for (let row = 0; row < 400; row++) {
  const [user, item] = [row % 10, (7 * row + Math.floor(row / 30)) % 30];
  lines.push(
    `u${user},i${item},${['sun', 'rain', ''][row % 3]},${(user + item) % 4 === 0 ? 0 : 1 + ((user * item) % 5)}`,
  );
}
lines.push('u1,rare,sun,3');
const csv = `${lines.join('\n')}\n`;
const table = parseCsv(csv, columnsOf(schema));
const dictionary = fitDictionary(schema, table);
const rows = encode(table, dictionary);
const items = Array.from({ length: 30 }, (_, i) => `i${i}`);

let run: Run;
beforeAll(async () => {
  run = await fit(nfm(rows, { factors: 4, dropout: 0 }), { train: rows }, { epochs: 10, learningRate: 0.1 });
});

/** The items that the user rated above 0. */
const ratedBy = (user: string): Set<string> =>
  new Set(
    lines.slice(1).flatMap((line) => {
      const [who, item, , rating] = line.split(',');
      return who === user && Number(rating) > 0 ? [item] : [];
    }),
  );

/** By predicting every row alone. */
const byHand = (row: object, candidates: readonly string[], n: number) =>
  candidates
    .map((item) => ({ item, score: run.predict({ ...row, item }) as number }))
    .sort((a, b) => b.score - a.score)
    .slice(0, n);

describe('the best items', () => {
  test('as predicting every row says, without what the user has in the training rows', () => {
    const unseen = items.filter((item) => !ratedBy('u3').has(item));
    expect(unseen.length).toBeGreaterThan(5);
    expect(unseen.length).toBeLessThan(30);
    expect(run.recommend('u3')).toEqual(byHand({ user: 'u3' }, unseen, 10));
    expect(run.recommend('u3', { n: 100 })).toEqual(byHand({ user: 'u3' }, unseen, 100));
  });

  test('with all that is known of the row', () => {
    const row = { user: 'u3', weather: 'rain' };
    expect(run.recommend(row, { n: 3, seen: [] })).toEqual(byHand(row, items, 3));
    expect(run.recommend({ weather: 'rain' }, { n: 30 })).toEqual(byHand({ weather: 'rain' }, items, 30));
    expect(run.recommend({}, { n: 30 })).toEqual(byHand({}, items, 30));
  });

  test('of a field whose missing values have a feature of their own, which is no item', () => {
    const scores = ['sun', 'rain'].map((weather) => ({ item: weather, score: run.predict({ user: 'u2', weather }) }));
    const expected = scores.sort((a, b) => Number(b.score) - Number(a.score));
    expect(run.recommend('u2', { itemField: 'weather', seen: [] })).toEqual(expected);
  });

  test('among given items, without others', () => {
    const given = ['i4', 'i9', 'i2', 'i9'];
    const options = { items: given, exclude: ['i2', 'no such item'], seen: [] };
    expect(run.recommend('u1', options)).toEqual(byHand({ user: 'u1' }, ['i4', 'i9'], 2));
    expect(run.recommend('u1', { items: [], seen: [] })).toEqual([]);
  });

  test('of a model from a file, which leaves out what its caller has seen', async () => {
    const path = files.path('model.safetensors');
    await run.save(path);
    const model = await loadModel(path);
    const log = files.write('log.csv', csv);
    expect(model.recommend('u3')).toEqual(byHand({ user: 'u3' }, items, 10));
    expect(model.recommend('u3', { seen: await model.rows(log) })).toEqual(run.recommend('u3'));
    expect(model.recommend('u3', { seen: { train: rows } })).toEqual(run.recommend('u3'));
  });

  test('equal ones stand in the order of their ids', async () => {
    const weights = ['1', '0', '0', '2', '0', '2'].join('\n');
    const factors = '\n'.repeat(6);
    const text = `#global bias W0\n0\n#unary interactions Wj\n${weights}\n#pairwise interactions Vj,f\n${factors}`;
    const featureMap = {
      features: 6,
      fields: [
        { name: 'user', offset: 0, size: 1 },
        { name: 'item', offset: 1, size: 5 },
      ],
      values: [['anna'], ['z', 'y', 'x', 'w', 'v']],
    };
    const named = await importLibfm(files.write('ties.txt', text), { featureMap });
    expect(named.recommend('anna', { n: 4 })).toEqual([
      { item: 'x', score: 3 },
      { item: 'v', score: 3 },
      { item: 'z', score: 1 },
      { item: 'y', score: 1 },
    ]);
    const plain = await importLibfm(files.path('ties.txt'));
    expect(plain.recommend(0, { items: [5, 4, 3, 2], n: 3 })).toEqual([
      { item: 3, score: 3 },
      { item: 5, score: 3 },
      { item: 2, score: 1 },
    ]);
    expect(plain.recommend([0], { items: [5, 4], exclude: [5, 99] })).toEqual([{ item: 4, score: 1 }]);
  });

  test('of a binary model are its probabilities, of a hashed field its given names', async () => {
    const own = defineSchema({
      fields: { user: categorical(), item: hashed(4), age: numeric() },
      target: target('liked', { positiveAbove: 0 }),
    });
    const liked = parseCsv('user,item,age,liked\na,x,1,1\nb,y,2,0\na,y,3,0\nb,z,1,1\n', columnsOf(own));
    const data = encode(liked, fitDictionary(own, liked));
    const model = await fit(fm(data, { factors: 2, task: 'binary' }), { train: data }, { epochs: 5 });
    const names = ['x', 'y', 'z', 'u', 'v']; // five names in four buckets
    const found = model.recommend({ user: 'a', age: 2 }, { items: names, seen: [] });
    expect(found.map(({ item }) => item).sort()).toEqual([...names].sort());
    for (const { item, score } of found)
      expect(score).toBe((model.predict({ user: 'a', item, age: 2 }) as { probability: number }).probability);
    expect(() => model.recommend('a')).toThrow(
      'the names of the hashed field "item" are not kept; give them as "items"',
    );
    expect(() => model.recommend('a', { itemField: 'age' })).toThrow('the field "age" has numbers, no items');
  });

  test('of 100,000 items come from one data set', async () => {
    const space = { user: 10, item: 100_000 };
    const train: Dataset = {
      ...{ rows: 2, features: 100_010, group: null, values: null, source: 'rows' },
      fields: [
        { name: 'user', offset: 0, size: 10 },
        { name: 'item', offset: 10, size: 100_000 },
      ],
      ...{ rowStart: Int32Array.of(0, 2, 4), ids: Int32Array.of(3, 50_000, 4, 700), target: Float32Array.of(5, 0) },
    };
    const large = await fit(fm(space, { factors: 4 }), { train }, { epochs: 2 });
    const best = large.recommend(3, { n: 100_000 });
    expect(best.length).toBe(99_999); // without the one seen
    expect(best.every(({ score }, i) => i === 0 || score <= best[i - 1].score)).toBe(true);
    expect(new Set(best.map(({ item }) => item)).size).toBe(99_999);
  });
});

describe('refuses', () => {
  test.each([
    ['nobody', {}, /the model has not seen user "nobody" in training; for someone new leave it out: recommend\(\{\}\)/],
    [{ user: 'u1', weather: 'snow' }, {}, 'the model has not seen weather "snow" in training'],
    [{ usr: 'u1' }, {}, 'expected the fields user, item, weather, got "usr"; did you mean "user"?'],
    [{ user: 'u1', item: 'i1' }, {}, 'the row names its item; leave that out'],
    [null, {}, 'expected a user (a name, a feature id or a row), got null'],
    ['u1', { n: 0 }, 'recommend(): "n" must be an integer at least 1, got 0'],
    ['u1', { number: 3 }, 'recommend(): unknown option "number"'],
    ['u1', { itemField: 'film' }, 'the model has no field "film"; give itemField: one of "user", "item", "weather"'],
    ['u1', { userField: 'who' }, 'the model has no field "who"; give userField: one of'],
    ['u1', { items: ['i1', 'i99', 'i98'] }, 'names of item that the model knows, got "i99", "i98"; leave them out'],
    ['u1', { items: [{}] }, 'a name or a feature id'],
    [{ weather: 'sun' }, { seen: [{}] }, '"seen" must be rows, a split or a list of rows'],
    [{ weather: 'sun' }, { seen: 7 }, '"seen" must be rows, a split or a list of rows'],
  ])('%j with %j', (user, options, message) => {
    expect(() => run.recommend(user as string, options as object)).toThrow(message);
  });

  test('rows to look a user up in, without a user or with other names', () => {
    expect(() => run.recommend({ weather: 'sun' }, { seen: rows })).toThrow('"seen" needs one user to look up');
    const others = parseCsv(csv.replaceAll('u3,', 'x3,'), columnsOf(schema));
    const renamed = encode(others, fitDictionary(schema, others));
    expect(() => run.recommend('u1', { seen: renamed })).toThrow(/they first differ at .*u3.* against .*x3/);
    expect(() => run.predict(renamed)).toThrow("encode the data with the model's dictionary");
  });

  test('what a model without names and fields cannot know', async () => {
    const text = '#unary interactions Wj\n1\n2\n#pairwise interactions Vj,f\n';
    const plain = await importLibfm(files.write('plain.txt', text));
    expect(() => plain.recommend(0)).toThrow(
      'the model knows no fields; give the feature ids of the candidates as "items"',
    );
    expect(() => plain.recommend(0, { items: [2] })).toThrow('feature ids from 0 to 1 that the model knows, got 2');
    expect(() => plain.recommend('anna', { items: [1] })).toThrow('the model knows no fields');
    expect(() => plain.recommend(5, { items: [1] })).toThrow('expected feature ids from 0 to 1, got 5');
  });
});
