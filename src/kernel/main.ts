/** Entry of the kernel process (bundled to dist/kernel.js; controlThread.js and moduleHooks.js lie beside it). */

import * as library from './index.ts';
import { startKernel } from './process/kernel.ts';

startKernel(library, new URL('./controlThread.js', import.meta.url));
