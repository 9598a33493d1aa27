/** A finished model design: the frozen graph, and what can be said about it without an engine. */

import { type OptionRule, value } from '../base/options.ts';
import { type Field, freeze, type Graph, inputOf, outputOf, type Task } from '../graph/graph.ts';
import { countParameters, type ParameterCount } from '../graph/params.ts';
import { summary } from '../graph/print.ts';
import { argument } from './options.ts';
import { type Predictions, predictionRules } from './prediction.ts';
import { fieldNamed } from './schema.ts';

const words: OptionRule<string> = value('a name', (v) => typeof v === 'string' && v !== '', '');

/**
 * What `output()` and the model functions give: untrained, immutable, and all that training needs (`.graph`).
 * The type carries the field names and the task, so that later calls can check them.
 */
export class Architecture<Name extends string = string, T extends Task = Task> {
  readonly graph: Graph;

  constructor(graph: Graph) {
    this.graph = freeze(graph);
  }

  get name(): string {
    return this.graph.name;
  }

  get task(): T {
    return outputOf(this.graph).attributes.task as T;
  }

  /** Trained weights, batch normalisation apart (published counts leave it out). */
  get parameters(): ParameterCount {
    return countParameters(this.graph);
  }

  /** The same design under another name, as shown in tables and charts. */
  named(name: string): Architecture<Name, T> {
    return new Architecture({ ...this.graph, name: argument('named()', 'name', name, words) });
  }

  /** The block of feature ids of a field. */
  field(name: Name): Field {
    return fieldNamed(inputOf(this.graph).attributes.fields, name);
  }

  /** A raw output ŷ as the task's prediction: a number, `{ logit, probability }`, or `{ score }`. */
  prediction(raw: number): Predictions[T] {
    return predictionRules[this.task](raw);
  }

  /** The layers as a text table: settings, shapes, parameter counts and initialisers. */
  summary(): string {
    return summary(this.graph);
  }
}
