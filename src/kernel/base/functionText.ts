/**
 * Functions as text. A notebook's cells run rewritten: every loop asks whether the cell has to stop, and a variable of
 * another cell is read from the notebook. A function that leaves its cell as text takes neither along.
 */

/** What cells put into every loop; `nb` is the prefix of the names that they add. */
export const stopCheck = (nb: string): string => `if(${nb}f[0])${nb}c();`;

/** How cells name a variable of another cell. */
export const scopeMember = (nb: string, name: string): string => `${nb}.${name}`;

/** The prefix of the names that cells add: this one, with underscores where a cell's own text has it. */
export const cellPrefix = '$nb';

const prefix = String.raw`(\$nb_*)`;
const checks = new RegExp(String.raw`if\(${prefix}f\[0\]\)\1c\(\);`, 'g');
const member = new RegExp(String.raw`${prefix}(?:\.|typeof\(")([$\p{ID_Start}_][$\p{ID_Continue}]*)`, 'u');

/** The text of a function as its author wrote it, types aside; native and bound functions have none that can be run. */
export const functionText = (own: (...args: never[]) => unknown): string => String(own).replace(checks, '');

/** A variable of another cell that a function's text reads, if there is one. */
export const notebookName = (text: string): string | undefined => member.exec(text)?.[2];
