/** `nfm recommend`: the items that a saved model predicts highest for a user. */

import type { Dataset } from '../data/dataset.ts';
import { shortestFloat32 } from '../data/libfmText.ts';
import type { User } from '../library/recommend.ts';
import { loadModel } from '../library/trainedModel.ts';
import { type FlagValues, flag, readFlags, UsageError } from './flags.ts';
import { commandHelp } from './help.ts';
import type { Terminal } from './terminal.ts';

const recommendFlags = {
  user: flag.text(
    'NAME',
    'The user: the name, or the feature id where the model knows no names (default: nobody in particular).',
  ),
  with: flag.texts('FIELD=VALUE', 'More of the row, for example weather=sunny. May be given several times.'),
  n: flag.integer('N', 'Items at most. Default 10.', 10, { min: 1 }),
  items: flag.texts('NAME', 'Only these items, by name or feature id (default all). May be given several times.'),
  exclude: flag.texts('NAME', 'Not this item. May be given several times.'),
  seen: flag.texts(
    'FILE',
    'Not the items of rows of this user with a target above 0 in this file. May be given several times.',
  ),
  'user-field': flag.text('FIELD', 'The field of users (default user).'),
  'item-field': flag.text('FIELD', 'The field of items (default item).'),
  json: flag.switch('Print a list of { item, score } as JSON.'),
  help: flag.switch('Print this text.'),
};

export const recommendAbout =
  'Scores all items for a user with a saved model, and prints the best ones with their scores, one a line.';

export async function recommendCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, rest } = readFlags('nfm recommend', args, recommendFlags);
  if (values.help) {
    const usage = ['nfm recommend MODEL [--user NAME] [--seen FILE ...] [flags]'];
    terminal.out(commandHelp(usage, recommendAbout, recommendFlags));
    return 0;
  }
  if (rest.length !== 1)
    throw new UsageError(`nfm recommend: expected one model file, got ${rest.length === 0 ? 'none' : rest.join(', ')}`);
  const model = await loadModel(rest[0]);
  const seen: Dataset[] = [];
  for (const file of values.seen) seen.push(await model.rows(file));
  const nameOf = (text: string): string | number => (model.names ? text : Number(text));
  const best = model.recommend(userOf(values, nameOf), {
    ...{ n: values.n, exclude: values.exclude.map(nameOf), seen },
    ...(values.items.length > 0 && { items: values.items.map(nameOf) }),
    ...(values['user-field'] !== undefined && { userField: values['user-field'] }),
    ...(values['item-field'] !== undefined && { itemField: values['item-field'] }),
  });
  model.dispose();
  if (values.json) terminal.out(`${JSON.stringify(best)}\n`);
  else for (const { item, score } of best) terminal.out(`${item}\t${shortestFloat32(Math.fround(score))}\n`);
  return 0;
}

/** The user alone, or a row of the user and what else is known. */
function userOf(values: FlagValues<typeof recommendFlags>, nameOf: (text: string) => string | number): User {
  const { user } = values;
  const more = values.with.map((text) => {
    const at = text.indexOf('=');
    if (at < 1) throw new UsageError(`nfm recommend: --with must be FIELD=VALUE, got "${text}"`);
    return [text.slice(0, at), text.slice(at + 1)];
  });
  if (more.length === 0 && user !== undefined) return nameOf(user);
  return Object.fromEntries(user === undefined ? more : [[values['user-field'] ?? 'user', user], ...more]);
}
