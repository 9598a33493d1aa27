/**
 * The command `nfm` as it is shipped (Node, bundled to dist/nfm.js): the kernel's command line, and the pictures and
 * reports of the renderers. Like the extension it puts the two together, which do not know each other.
 */

import { readFile } from 'node:fs/promises';
import { startCommand } from './kernel/cli.ts';
import { Pictures } from './renderers/raster/pictures.ts';
import { savedForms } from './renderers/raster/savedForms.ts';
import { reportMaker } from './renderers/report/makeReport.ts';

const pictures = new Pictures(new URL('./raster.js', import.meta.url), (text) => console.error(text));
const charts = () => readFile(new URL('./reportCharts.js', import.meta.url), 'utf8');
startCommand({ decorate: savedForms(pictures), report: reportMaker(charts) });
