/** A model whose interactions cannot be read, or not in the way that was asked for. */
export class InteractionError extends Error {
  override name = 'InteractionError';
}
