/** Messages of runs as the outputs that a notebook file keeps. */

import type { Decorate, MimeBundle } from '../format/mime.ts';
import type { CellOutput } from '../format/notebook.ts';
import type { RunMessage } from '../format/protocol.ts';
import { applyControls } from '../format/terminalText.ts';

/** Gathers the outputs of one run of one cell, late ones included. */
export class CellOutputs {
  readonly #outputs: CellOutput[] = [];
  /** Place of each replaceable output. */
  readonly #places = new Map<number, number>();

  add(message: RunMessage): void {
    const outputs = this.#outputs;
    const last = outputs.at(-1);
    switch (message.type) {
      case 'stream':
        // One piece for text that was printed in one go, whatever the number of writes.
        if (last?.output_type === 'stream' && last.name === message.name)
          outputs[outputs.length - 1] = { ...last, text: last.text + message.text };
        else outputs.push({ output_type: 'stream', name: message.name, text: message.text });
        break;
      case 'output':
        this.#places.set(message.outputId, outputs.push(displayed(message.bundle)) - 1);
        break;
      case 'update': {
        const place = this.#places.get(message.outputId);
        if (place !== undefined) outputs[place] = displayed(message.bundle);
        break;
      }
      case 'error':
        outputs.push({
          output_type: 'error',
          ename: message.name,
          evalue: message.message,
          traceback: message.stack.split('\n'),
        });
        break;
      case 'done':
        if (message.value)
          outputs.push({
            output_type: 'execute_result',
            execution_count: message.executionCount,
            data: message.value,
            metadata: {},
          });
    }
  }

  /** The outputs so far, printed text as a terminal would have left it, values as `decorate` makes them. */
  async list(decorate: Decorate): Promise<readonly CellOutput[]> {
    const listed = this.#outputs.map(async (output) => {
      if (output.output_type === 'stream') return { ...output, text: applyControls(output.text) };
      return 'data' in output ? { ...output, ...(await decorate(output.data as MimeBundle)) } : output;
    });
    return Promise.all(listed);
  }
}

const displayed = (bundle: MimeBundle): CellOutput => ({
  output_type: 'display_data',
  data: bundle,
  metadata: {},
});
