/**
 * The command `nfm` as it is shipped (Node, bundled to dist/nfm.js): the kernel's command line, and the pictures of the
 * renderers for the notebooks that it saves. Like the extension it puts the two together, which do not know each other.
 */

import { startCommand } from './kernel/cli.ts';
import { fallbacks } from './renderers/static/fallbacks.ts';

startCommand(fallbacks);
