/** Entry of `npm run gates [-- A5 A7 ...]`. */

import { main } from './gates.ts';

process.exitCode = await main(process.argv.slice(2));
