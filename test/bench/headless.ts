/** A process that trains without a notebook and prints its time; for `notebook.ts`. */

import { trainHeadless } from './notebookTraining.ts';

console.log(JSON.stringify(await trainHeadless()));
