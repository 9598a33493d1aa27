// `npm start`: the first notebook, run from its first cell to its last in this terminal.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));

console.log('Running media/samples/quickstart.ipynb ...\n');
const { status } = spawnSync(process.execPath, [path('dist/nfm.js'), 'run', path('media/samples/quickstart.ipynb')], {
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);

console.log(`
What next:
  - Read the notebook that ran, with its explanations: media/samples/quickstart.ipynb
  - Run it with other values:
      node dist/nfm.js run media/samples/quickstart.ipynb --param rows=20000 --out executed.ipynb
  - Make a report of what it showed, for a browser:
      node dist/nfm.js report executed.ipynb --out report.html
  - Train on your own rows (libFM text, or CSV with a schema):
      node dist/nfm.js train --model nfm --train train.libfm --validation validation.libfm --save model.nfm
      node dist/nfm.js predict --model model.nfm --data new.libfm
  - All commands: node dist/nfm.js --help; in VS Code: npm run vscode`);
