/** Loading data in cells: as in the data room, and shown as its card. */

import { dataCard as cardOf, type DataCard, printDataCard } from '../data/dataCard.ts';
import type { Dataset, Split } from '../data/dataset.ts';
import { type LoadedData, type LoadOptions, load as loadFiles } from '../data/load.ts';
import type { Displayable } from '../format/display.ts';
import { type DataCardPayload, mime } from '../format/mime.ts';
import { splitOf } from './design.ts';

function shownAs(card: DataCard): Displayable {
  const payload: DataCardPayload = card;
  return { toMime: () => ({ [mime.dataCard]: JSON.parse(JSON.stringify(payload)), [mime.text]: printDataCard(card) }) };
}

/**
 * Loads a data set: one file, or training, validation and test files of one id space. Shows itself as a data card.
 *
 *     const data = await load('frappe.train.libfm', { validation: 'frappe.validation.libfm', featureMap: 'features.tsv' });
 *
 * @throws DataError, OptionError
 */
export async function load(path: string, options?: LoadOptions): Promise<LoadedData & Displayable> {
  const loaded = await loadFiles(path, options);
  return { ...loaded, ...shownAs(loaded.card) };
}

/** What one should know of a split before trusting a figure on it. Shows itself as text. */
export function dataCard(data: Split | Dataset): DataCard & Displayable {
  const card = cardOf(splitOf(data, 'dataCard()'));
  return { ...card, ...shownAs(card) };
}
